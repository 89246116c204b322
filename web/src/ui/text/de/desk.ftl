# Was am Empfang und in der Sprechstunde getan wird: das Wartezimmer, die Tage, weitere Personen, die offene Sprechstunde.
wait-title = Wartezimmer
wait-nobody = Gerade wartet niemand.
wait-talked = Im Gespräch an anderen Geräten
wait-tell-all = An alle schreiben
wait-tell = Schreiben
wait-hand-over = Übergeben
wait-more = Mehr zu { $name }
wait-held = auf Halten
wait-just-now = gerade gekommen
wait-since = wartet { $minutes } Min.
wait-told = Nachricht { $time }
wait-relay-missing = Ihre Praxis verbindet nur über die Zwischenstation, und Ihr Anbieter hat zurzeit keine. In den Einstellungen können Sie den Weg ändern.
wait-appointment = Termin { $time }
wait-device = bei { $device }
wait-device-unknown = einem anderen Gerät
wait-quality-good = Verbindung gut
wait-quality-fair = Verbindung mäßig
wait-quality-poor = Verbindung schwach
wait-quality-unknown = Verbindung steht
wait-consent-none = keine Einwilligung
wait-consent-given = eingewilligt
wait-consent-refused = nicht eingewilligt
wait-consent-revoked = Einwilligung widerrufen
wait-consent-part = zum Teil widerrufen
wait-join = Dazuholen
wait-hang-up-next = Auflegen und weiter
wait-hold-next = Halten und weiter
wait-unattended = Gerade ist kein Gerät einer Ärztin oder eines Arztes verbunden. Wer kommt, wartet unbemerkt, bis dort die Praxisseite offen ist.
wait-blind = Dieses Gerät wurde hinzugefügt, bevor es die gemeinsame Warteliste gab. Fügen Sie es neu hinzu, dann zeigt es auch, wer an den anderen Geräten wartet.

part-patient = Patientin oder Patient
part-companion = Begleitung
part-interpreter = Dolmetschen
part-colleague = Kollegin oder Kollege

tell-title = Nachricht an { $name }
tell-title-all = { $count ->
    [one] Nachricht ins Wartezimmer
   *[other] Nachricht an alle { $count }, die warten
}
tell-text = Erscheint im Wartezimmer, groß und ohne Ton. Ein Klick auf einen Satz schickt ihn ab.
tell-ready-minutes = Es dauert noch etwa { $minutes } Minuten. Danke für Ihre Geduld.
tell-ready-next = Gleich sind Sie an der Reihe.
tell-ready-back = Ich werde kurz gebraucht und bin gleich für Sie da.
tell-own = Oder mit eigenen Worten
tell-send = Schicken
tell-failed = Das kam nicht an: Dort wartet niemand mehr, oder das andere Gerät ist nicht zu erreichen.
tell-some = Das kam nur bei { $count } an. Wer fehlt, wartet nicht mehr oder ist nicht zu erreichen.

hand-over-title = { $name } übergeben
hand-over-text = Die Person bleibt im Wartezimmer und wird nichts noch einmal gefragt. Das andere Gerät übernimmt sie.
hand-over-nobody = Es gibt kein anderes Gerät für die Sprechstunde. Sie können in den Einstellungen eines hinzufügen.
hand-over-there = verbunden
hand-over-away = gerade nicht da

day-before = Ein Tag zurück
day-after = Ein Tag weiter
day-today = Heute
day-choose = Tag wählen
search = Termin suchen
search-found = { $count ->
    [0] Nichts gefunden.
    [one] Ein Termin gefunden.
   *[other] { $count } Termine gefunden.
}
search-many = Mehr als { $count } gefunden, das sind die ersten.
search-where = Gesucht wird in Notizen und Namen, heute und in den nächsten { $days } Tagen.
day-ahead = Die nächsten Tage
day-nothing = An diesem Tag steht nichts im Kalender.
side-today = Heute noch

item-more = Link und mehr
item-at = bei { $device }
item-handed = für { $device }
item-people = Personen
item-note = Notiz
item-series = Gehört zu einer Reihe
item-of-hour = Kam ohne Termin in die offene Sprechstunde.
note-title = Notiz ändern
note-save = Notiz speichern
cancel-series = { $count ->
    [one] Auch den folgenden der Reihe absagen
   *[other] Auch die { $count } folgenden der Reihe absagen
}
reply-late = Kommt { $minutes } Minuten später (gesagt um { $time }).
reply-cancel = Sagt ab (um { $time }).
reply-accept = Termin absagen

form-more = Weitere Personen, Wiederholung, Link
form-second = Zweite Person
form-third = Dritte Person
form-nobody = niemand
form-repeat = Wiederholen
form-repeat-not = nicht
form-repeat-weekly = jede Woche
form-repeat-two-weekly = alle zwei Wochen
form-repeat-four-weekly = alle vier Wochen
form-repeat-count = Wie viele Termine?
form-repeat-hint = Immer zur selben Uhrzeit. Jeder Termin bekommt einen eigenen Link.

people-title = Wer kommt in das Gespräch?
people-text = Jede Person hat einen eigenen Link und wird einzeln hereingebeten.
people-part = Wer soll dazukommen?
people-add = Link anlegen
people-remove = { $part } wieder ausladen
people-full = Mehr als drei Gäste passen nicht in ein Gespräch.
people-not-here = Die Links dieses Termins liegen nicht auf diesem Gerät.

hour-title = Offene Sprechstunde
hour-text = Ein bleibender Link, zum Beispiel für Ihre Internetseite oder als Aushang. Wer ihn öffnet, während geöffnet ist, kommt ins Wartezimmer: der Reihe nach, jede Person in einem eigenen Raum.
hour-create = Link anlegen
hour-open-until = Offen bis { $time }
hour-closed = Geschlossen
hour-until = Offen bis
hour-until-wrong = Bitte eine Uhrzeit in den nächsten zwölf Stunden.
hour-open = Öffnen
hour-close = Schließen
hour-link = Link der offenen Sprechstunde
hour-renew = Neuer Link
hour-renew-title = Neuen Link anlegen?
hour-renew-text = Der bisherige führt dann nirgendwohin mehr, auch nicht von Ihrer Internetseite oder vom Aushang.
hour-renew-sure = Neuen Link anlegen

console-notices = Mitteilung des Systems, wenn jemand wartet
console-notices-blocked = Ihr Browser lässt für diese Seite keine Mitteilungen zu. Ändern können Sie das links neben der Adresse.
notice-title = Jemand wartet
notice-text = Im Wartezimmer Ihrer Videosprechstunde.

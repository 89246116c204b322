# Die Seite der Praxis.
practice-no-store-title = Dieser Browser merkt sich hier nichts.
practice-no-store-text = Die Praxis braucht einen Browser, der die Schlüssel Ihrer Praxis aufbewahrt. Öffnen Sie diese Seite bitte in einem gewöhnlichen Fenster, nicht in einem privaten.
practice-stranger-title = Für Ihre Praxis
practice-stranger-lead = Dieser Browser ist noch mit keiner Praxis verbunden.
practice-stranger-how = So verbinden Sie ihn
practice-stranger-ask = Lassen Sie sich von der Person, die Visite bei Ihnen betreut, einen Anmeldelink geben.
practice-stranger-open = Öffnen Sie ihn in diesem Browser, auf dem Gerät, an dem Sie Sprechstunde halten.
practice-stranger-done = Geben Sie dem Gerät einen Namen. Ein Passwort brauchen Sie nicht.
practice-stranger-operator = Wer Visite betreut, bekommt einen Anmeldelink mit dem Befehl „visite practice add“ und dem Namen der Praxis.
practice-stranger-patient = Sie sind Patientin oder Patient? Dann öffnen Sie bitte den Link, den Ihre Praxis Ihnen geschickt hat.
practice-revoked-title = Dieses Gerät ist abgemeldet.
practice-revoked-text = Das Gerät „{ $device }“ darf nicht mehr für { $practice } handeln. Jemand hat es gesperrt, oder die Praxis gibt es nicht mehr.
practice-revoked-what = Wenn das nicht so sein soll, öffnen Sie in diesem Browser bitte einen neuen Anmeldelink derselben Praxis. Ihre bisherigen Termine bleiben dann lesbar.
practice-unreachable-title = Der Server ist gerade nicht zu erreichen.
practice-again = Bitte versuchen Sie es gleich noch einmal.
practice-slow-down = Aus Ihrem Netz kamen zu viele falsche Links. Bitte warten Sie eine Minute.

enrol-title = Diesen Browser verbinden
enrol-lead = Mit einem Klick gehört dieser Browser zu Ihrer Praxis. Danach öffnen Sie diese Seite jederzeit ohne Passwort.
enrol-lead-again = Dieses Gerät war abgemeldet. Mit dem neuen Link gehört es wieder zu Ihrer Praxis.
enrol-name = Name dieses Geräts
enrol-name-hint = So erkennen Sie es wieder, falls Sie es einmal sperren möchten. Zum Beispiel „Empfang“ oder „Sprechzimmer 2“.
enrol-name-error = Bitte 1 bis { $most } Zeichen.
enrol-submit = Verbinden
enrol-keys = In diesem Browser entstehen die Schlüssel Ihrer Praxis. Sie verlassen ihn nicht; auch der Server kennt sie nicht.
enrol-secret = Aus ihnen entstehen die Links für Ihre Patienten, und nur mit ihnen sind Ihre Notizen zu lesen.
enrol-keep = Löschen Sie deshalb in diesem Browser nicht die Websitedaten dieser Seite: Offene Termine wären damit verloren.
enrol-invalid-title = Dieser Anmeldelink gilt nicht (mehr).
enrol-invalid-text = Er wurde schon benutzt, oder er ist zu alt. Vielleicht hat dieser Browser ihn eben selbst benutzt, und die Verbindung brach ab: Auch dann hilft ein neuer Link.
enrol-invalid-give-up = Ohne diesen Link weiter
enrol-full = Ihre Praxis hat zu viele Geräte.

console-title = Termine
console-now = Jetzt sprechen
console-new = Neuer Termin
console-device = Dieses Gerät
console-footer = Ende-zu-Ende verschlüsselt · Namen und Notizen kennt der Server nicht · nichts wird aufgezeichnet
console-sound = Ton, wenn jemand wartet
console-waiting = { $count ->
    [one] { $names } wartet.
   *[other] { $count } warten: { $names }.
}
console-list = Terminliste
console-list-waiting = Terminliste · { $count ->
    [one] 1 wartet
   *[other] { $count } warten
}
console-today = Heute, { $day }
console-tomorrow = Morgen, { $day }
console-count = { $count ->
    [one] 1 Termin
   *[other] { $count } Termine
}
console-past = Vorbei oder abgesagt: { $count }
console-nothing = Heute steht nichts im Kalender.
console-nothing-more = Für heute war das alles.
console-nothing-hint = Legen Sie einen Termin an, oder sprechen Sie gleich mit jemandem: Sie bekommen einen Link, den Sie weitergeben.
console-until = Gezeigt bis { $day }.
console-more = Weitere Tage zeigen
console-unreachable-text = Die Liste kann veraltet sein. Wir versuchen es weiter; laufende Gespräche sind nicht betroffen.
console-refused = Der Termin ließ sich nicht anlegen.
console-spare-title = Dieser Browser ist schon verbunden.
console-spare-text = Er gehört als „{ $device }“ zu { $practice }. Der Anmeldelink wurde nicht benutzt; Sie können ihn auf einem anderen Gerät öffnen.

item-until = bis { $time }
item-admit = Hereinbitten
item-take-over = Hierher holen
item-move = Verschieben
item-cancel = Absagen
item-revoke = Sperren
item-revoke-hint = Den Link sperren: Er führt dann nirgendwohin mehr. Bisher { $uses } von { $most } Browsern.
item-new-link = Neuer Link
item-link-revoked = Der Link ist gesperrt. Einen neuen müssten Sie wieder verschicken.
item-other-device = An einem anderen Gerät angelegt: Den Link kann nur dieses Gerät zeigen, weil der Schlüssel dazu dort liegt.
item-program = Von einem anderen Programm angelegt ({ $name }): Den Link hat dieses Programm.
item-failed = Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.

guest-joining = Verbindung zum Server …
guest-absent = noch nicht da
guest-connecting = kommt gerade
guest-waiting = wartet
guest-no-path = kein Weg zwischen den Netzen
guest-in-call = im Gespräch
guest-interrupted = unterbrochen
guest-elsewhere = woanders geöffnet
guest-ended = beendet
guest-not-open = Wartezimmer ab { $time }
guest-opening = Wartezimmer öffnet
guest-over = vorbei
guest-cancelled = abgesagt
guest-others = nicht von hier

share-link = Link für den Patienten
share-mail = Mit dem eigenen Mailprogramm schicken
share-calendar = Als Kalendereintrag speichern (.ics)
share-code = Als QR-Code zeigen
share-code-title = Link als QR-Code
share-code-text = Für { $day } um { $time }. Mit der Kamera des Telefons abfotografieren.
share-code-image = QR-Code mit dem Link für den Patienten
share-file = Videosprechstunde
share-summary = Videosprechstunde: { $practice }
share-subject = Ihre Videosprechstunde am { $date } um { $time }
share-body =
    Guten Tag,

    Ihre Videosprechstunde ist am { $day } um { $time } ({ $zone }).

    Bitte öffnen Sie dann diesen Link in einem aktuellen Browser:
    { $link }

    Sie brauchen keine Anmeldung und kein Programm, nur Kamera und Mikrofon. Das Wartezimmer öffnet einige Minuten vorher. Der Link ist nur für Sie bestimmt: Bitte geben Sie ihn nicht weiter.

    Freundliche Grüße
    { $practice }

form-title = Neuer Termin
form-date = Tag
form-time = Beginn
form-length = Dauer
form-minutes = { $count } Min.
form-label = Notiz (nur für Sie)
form-label-hint = Zum Beispiel Initialen und Anliegen. Sie wird verschlüsselt, bevor sie diesen Browser verlässt; Ihr Patient sieht sie nicht.
form-uses = Auf wie vielen Geräten darf der Link benutzt werden?
form-uses-hint = Manche öffnen ihn erst am Telefon und dann am Rechner. Weniger ist strenger.
form-save = Termin anlegen
form-full = Ihre Praxis hat zu viele Termine gespeichert.
form-refused = Der Termin wurde noch nicht gespeichert.
form-date-missing = Bitte wählen Sie einen Tag.
form-date-over = Dieser Tag ist schon vorbei.
form-date-too-far = Das ist mehr als zwei Jahre hin. Stimmt das Jahr?
form-time-missing = Bitte geben Sie eine Uhrzeit ein.
form-time-over = Diese Zeit ist schon vorbei.
form-time-range = Zu dieser Zeit geht es nicht.
form-length-range = Bitte { $least } bis { $most } Minuten.
form-label-too-long = Bitte höchstens { $most } Zeichen.
form-label-range = Bitte höchstens { $most } Zeichen.
form-uses-range = Bitte { $least } bis { $most }.

move-title = Termin verschieben
move-text = Der Link bleibt derselbe. Wer schon im Wartezimmer ist, kommt zur neuen Zeit wieder hinein.
move-save = Verschieben
cancel-title = Termin absagen?
cancel-text = Der Termin am { $day } um { $time } wird endgültig abgesagt, und sein Link führt nirgendwohin mehr. Wer schon wartet, bekommt es gesagt.
cancel-keep = Behalten
cancel-sure = Absagen

ended-the-guest = Ihr Gast
ended-files = Diese Dateien kamen noch. Speichern Sie sie, bevor Sie diese Meldung schließen:
ended-dismiss = Schließen
ended-hung-up-title = Das Gespräch mit { $name } ist beendet.
ended-hung-up-text = Bild und Ton sind aus.
ended-peer-left-title = { $name } hat aufgelegt.
ended-peer-left-text = Das Gespräch ist beendet. Der Link gilt noch, solange das Wartezimmer offen ist.
ended-link-damaged-title = Ein Link war beschädigt.
ended-link-damaged-text = Jemand kam mit einem unvollständigen Link. Schicken Sie ihn bitte noch einmal, ganz kopiert.
ended-untrusted-title = Die Verbindung war nicht sicher und wurde getrennt.
ended-untrusted-text = Möglicherweise war jemand dazwischen. Es wurde nichts gesprochen oder gezeigt, nachdem das auffiel. Rufen Sie { $name } bitte an, und sagen Sie es der Person, die Visite bei Ihnen betreut.
ended-closed-title = Der Termin mit { $name } wurde geschlossen.
ended-closed-text = Er wurde an einem anderen Gerät abgesagt oder gesperrt.
ended-evicted-title = Der Platz wurde freigegeben.
ended-evicted-text = Dieses Gerät wurde aus dem Wartezimmer genommen.
ended-failed-title = Das Gespräch mit { $name } brach ab.
ended-failed-text = Eine der beiden Seiten hat etwas geschickt, das nicht zu verstehen war. Bitten Sie { $name }, die Seite neu zu laden; das Wartezimmer ist wieder offen.

picture-title = Ihr Bild
picture-text = So werden Sie gesehen. Kamera und Mikrofon gehen spätestens an, wenn Sie jemanden hereinbitten.
picture-open = Kamera und Mikrofon prüfen
picture-devices = Geräte wählen
picture-close = Ausschalten

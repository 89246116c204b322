# Die Seite der Praxis.
practice-no-store-title = Dieser Browser merkt sich hier nichts.
practice-no-store-text = Die Praxis braucht einen Browser, der die Schlüssel Ihrer Praxis aufbewahrt. Öffnen Sie diese Seite bitte in einem gewöhnlichen Fenster, nicht in einem privaten.
practice-stranger-title = Für Ihre Praxis
practice-stranger-lead = Dieser Browser ist noch mit keiner Praxis verbunden.
practice-stranger-how = So verbinden Sie ihn
practice-stranger-ask = Lassen Sie sich einen Anmeldelink geben: von der Person, die Visite bei Ihnen betreut, oder von einem Gerät Ihrer Praxis, das schon verbunden ist (Einstellungen, Geräte).
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
enrol-lead-first = Mit einem Klick gehört dieser Browser zu Ihrer Praxis. Danach öffnen Sie diese Seite jederzeit ohne Passwort.
enrol-lead-again = Dieses Gerät war abgemeldet. Mit dem neuen Link gehört es wieder zu Ihrer Praxis.
enrol-lead-added = Ein anderes Gerät Ihrer Praxis möchte diesen Browser hinzufügen.
enrol-recovery = Ich bringe die Wiederherstellungsdatei der Praxis mit
enrol-keys-added = Die Schlüssel kommen verschlossen vom anderen Gerät. Der Server kann sie nicht lesen.
enrol-number = Als Nächstes sehen Sie eine Zahl. Zeigt das andere Gerät dieselbe, bestätigen Sie dort.
enrol-name = Name dieses Geräts
enrol-name-hint = So erkennen Sie es wieder, falls Sie es einmal sperren möchten. Zum Beispiel „Empfang“ oder „Sprechzimmer 2“.
enrol-name-error = Bitte 1 bis { $most } Zeichen.
enrol-submit = Verbinden
enrol-keys = In diesem Browser entstehen die Schlüssel Ihrer Praxis. Sie verlassen ihn nicht; auch der Server kennt sie nicht.
enrol-secret = Aus ihnen entstehen die Links für Ihre Patienten, und nur mit ihnen sind Ihre Notizen zu lesen.
enrol-keep = Legen Sie danach die Wiederherstellungsdatei an: Ohne sie wären die Schlüssel verloren, wenn dieses Gerät verloren geht.
enrol-invalid-title = Dieser Anmeldelink gilt nicht (mehr).
enrol-invalid-text = Er wurde schon an einem anderen Gerät benutzt, oder er ist zu alt. Lassen Sie sich einen neuen geben.
enrol-invalid-give-up = Ohne diesen Link weiter
enrol-full = Ihre Praxis hat zu viele Geräte.

console-title = Termine
console-now = Jetzt sprechen
console-new = Neuer Termin
console-device = Dieses Gerät
console-footer = Ende-zu-Ende verschlüsselt · Namen und Notizen kennt der Server nicht · nichts wird aufgezeichnet
console-staff = Dieses Gerät legt Termine an. Hereingebeten wird auf den Geräten der Ärztinnen und Ärzte.
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
item-link-revoked-staff = Der Link ist gesperrt. Einen neuen macht ein Gerät der Ärztinnen und Ärzte.
item-link-at-doctors = Den Link zeigt ein Gerät der Ärztinnen und Ärzte.
item-needs-consent = Ihre Praxis verlangt eine Einwilligung; der Gast hat noch nicht unterschrieben.
item-verified = Code verglichen
item-other-device = An einem anderen Gerät angelegt: Den Link kann nur dieses Gerät zeigen, weil der Schlüssel dazu dort liegt.
item-program = Von einem anderen Programm angelegt ({ $name }): Den Link hat dieses Programm.
item-failed = Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.

setback-link-damaged = Jemand kam mit einem Link, der nicht vollständig oder keiner von Ihren ist. War es Ihre Patientin oder Ihr Patient, schicken Sie ihn bitte noch einmal, ganz kopiert.
setback-untrusted = Der letzte Versuch wurde abgebrochen, weil unterwegs etwas verändert worden war. Möglicherweise ist jemand dazwischen: Rufen Sie bitte an, und sagen Sie es der Person, die Visite bei Ihnen betreut.
setback-broken-off = Der letzte Versuch brach ab, bevor die beiden Browser sich einander sicher waren. Sieht die andere Seite eine Warnung, ist möglicherweise jemand dazwischen: Rufen Sie bitte an.
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
guest-open = Wartezimmer ist offen
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

console-settings = Einstellungen
console-settings-back = Zu den Terminen

devices-title = Geräte
devices-add = Gerät hinzufügen
devices-text = Diese Browser handeln für Ihre Praxis. Geht ein Gerät verloren, melden Sie es hier ab: Es kommt sofort in kein Wartezimmer mehr.
devices-text-staff = Diese Browser handeln für Ihre Praxis. Hinzufügen und abmelden können die Geräte der Ärztinnen und Ärzte.
devices-past = Abgemeldet: { $count }
devices-self = dieses Gerät
devices-pending = noch nicht bestätigt
devices-doctor-since = Ärztin oder Arzt · seit { $day }
devices-staff-since = Empfang · seit { $day }
devices-confirm = Bestätigen
devices-confirm-title = „{ $name }“ ohne Schlüssel bestätigen?
devices-confirm-text = Das Gerät gehört dann zur Praxis, bekommt von hier aber keine Schlüssel: Bringen Sie dort die Wiederherstellungsdatei mit. Sollen die Schlüssel von diesem Gerät kommen, lehnen Sie es ab und nehmen „Gerät hinzufügen“.
devices-revoke = Abmelden
devices-refuse = Ablehnen
devices-revoke-title = „{ $name }“ abmelden?
devices-revoke-text = Das Gerät ist sofort abgemeldet; ein Gespräch, das dort gerade läuft, wird getrennt. Um es wieder zu benutzen, müssten Sie es neu hinzufügen.
devices-revoke-self = Sie melden das Gerät ab, das Sie gerade benutzen. Danach brauchen Sie hier einen neuen Anmeldelink.

add-first-open = Legen Sie zuerst die Wiederherstellungsdatei an (weiter unten auf dieser Seite). Mit ihrem Passwort geben Sie die Schlüssel dann an weitere Geräte weiter.
add-first-bound = Die Schlüssel dieses Browsers lassen sich so noch nicht weitergeben. Warum, und was Sie tun können, steht weiter unten unter „Wiederherstellung“.
add-role = Wofür ist das neue Gerät?
add-doctor = Sprechstunde
add-doctor-text = Kann alles, was dieses Gerät kann.
add-staff = Empfang
add-staff-text = Legt Termine an und verschickt Links. In ein Wartezimmer oder Gespräch kommt es nicht; die Schlüssel dazu bekommt es nie.
add-passphrase = Passwort der Wiederherstellungsdatei
add-passphrase-hint = Die Schlüssel Ihrer Praxis verlassen diesen Browser nur mit diesem Passwort.
add-begin = Link zeigen
add-open = Öffnen Sie diesen Link auf dem neuen Gerät, in dem Browser, den Sie dort benutzen.
add-code = QR-Code mit dem Link für das neue Gerät
add-link = Link für das neue Gerät
add-secret = Der Link gilt bis { $time } und nur einmal. Er ist so vertraulich wie ein Schlüsselbund: Zeigen Sie ihn niemandem sonst.
add-waiting = Wartet auf das neue Gerät …
add-expired = Dieser Link ist abgelaufen.
add-expired-text = Schließen Sie das Fenster, und beginnen Sie noch einmal.
add-compare = Dieses Gerät hat den Link geöffnet. Zeigt es dieselbe Zahl?
add-several = Mehr als ein Gerät hat sich gemeldet.
add-several-text = Jemand anders könnte den Link gesehen haben. Bestätigen Sie nur das Gerät, das vor Ihnen steht und dieselbe Zahl zeigt; lehnen Sie die anderen ab.
add-confirm = Ja, das ist es
add-refuse = Nein, ablehnen
add-done = „{ $name }“ gehört jetzt zu Ihrer Praxis.
add-done-text = Es holt sich seine Schlüssel in den nächsten Sekunden selbst.

recovery-title = Wiederherstellung
recovery-banner = Ihre Praxis hat noch keine Wiederherstellungsdatei.
recovery-banner-text = Die Schlüssel liegen nur in diesem Browser. Mit der Datei bekommen Sie alles zurück, wenn dieses Gerät verloren geht.
recovery-later = Später
recovery-missing = Die Schlüssel Ihrer Praxis liegen nur in diesem Browser. Geht er verloren, gelten verschickte Links nicht mehr, und Ihre Notizen sind nicht mehr zu lesen. Die Wiederherstellungsdatei bringt alles zurück, in jedem Browser.
recovery-make = Wiederherstellungsdatei anlegen
recovery-there = Die Datei ist angelegt
recovery-there-text = Mit ihr und ihrem Passwort kommt ein neuer Browser an alle Termine und Notizen Ihrer Praxis. Das Passwort brauchen Sie auch, um Geräte hinzuzufügen.
recovery-bound = Dieser Browser wurde verbunden, als es noch keine Wiederherstellungsdateien gab. Den Schlüssel, an dem Ihre Patienten die Praxis erkennen, hat er damals so angelegt, dass er den Browser nie verlassen kann. Eine Datei ohne ihn würde wenig nützen.
recovery-bound-renew = Sie können Ihrer Praxis eine neue Identität geben. Danach lässt sich die Datei anlegen, und Sie können Geräte hinzufügen. Ihre Notizen bleiben lesbar.
recovery-renew = Neue Identität anlegen
recovery-renew-title = Neue Identität anlegen?
recovery-renew-text = Links, die Sie schon verschickt haben, gelten dann nicht mehr: Die Seite Ihrer Patienten würde die Praxis nicht wiedererkennen. Bitte schicken Sie die Links offener Termine danach noch einmal.
recovery-why = In der Datei liegen die Schlüssel Ihrer Praxis, verschlossen mit einem Passwort. Wer beides hat, kann für Ihre Praxis sprechen; eines allein nützt niemandem.
recovery-passphrase = Passwort der Datei
recovery-passphrase-hint = Ein Vorschlag; Sie können auch ein eigenes mit mindestens { $least } Zeichen nehmen. Schreiben Sie es auf, oder legen Sie es in Ihren Passwortmanager. Niemand kann es Ihnen zurückgeben, auch der Server nicht.
recovery-too-short = Bitte mindestens { $least } Zeichen.
recovery-another = Anderer Vorschlag
recovery-save = Datei speichern
recovery-saved = Die Datei „{ $name }“ wurde gespeichert.
recovery-apart = Heben Sie sie nicht nur auf diesem Gerät auf, und das Passwort an einem anderen Ort: zum Beispiel die Datei auf einem USB-Stick im Tresor.
recovery-check = Das Passwort noch einmal
recovery-check-hint = So merken Sie jetzt, falls es nicht richtig notiert ist.
recovery-check-wrong = Das ist ein anderes Passwort als das der Datei.
recovery-save-again = Datei noch einmal speichern
recovery-back = Zurück
recovery-done = Fertig
recovery-problem-passphrase = Mit diesem Passwort lässt sich die Datei nicht öffnen. Achten Sie auf Groß- und Kleinschreibung und auf die Bindestriche.
recovery-problem-not-recovery = Das ist keine Wiederherstellungsdatei. Ihr Name beginnt meist mit „visite-recovery“.
recovery-problem-damaged = Diese Wiederherstellungsdatei ist beschädigt: Es fehlt etwas, oder es wurde etwas verändert. Haben Sie noch eine andere Kopie?
recovery-problem-newer = Diese Datei stammt von einer neueren Fassung von Visite. Laden Sie die Seite neu; hilft das nicht, fragen Sie die Person, die Visite betreut.
recovery-problem-other-practice = Diese Datei gehört zu einer anderen Praxis.

compare-code = Code vergleichen
compare-text = Lesen Sie sich mit { $name } diese sechs Ziffern gegenseitig vor.
compare-hint = Sind sie gleich, sitzt niemand dazwischen. Dass Sie verglichen haben, merkt sich nur dieser Browser.
compare-same = Sie sind gleich
compare-differs = Sie sind anders
compare-other = Dann könnte jemand dazwischensitzen.
compare-other-text = Sprechen Sie nicht weiter. Legen Sie auf, rufen Sie { $name } an, und sagen Sie es der Person, die Visite bei Ihnen betreut.

waiting-title = Noch ein Schritt
waiting-lead = Vergleichen Sie diese Zahl mit der auf dem Gerät, das Ihnen den Link gezeigt hat, und bestätigen Sie dort.
waiting-lead-no-number = Bestätigen Sie dieses Gerät auf einem, das schon zu Ihrer Praxis gehört.
waiting-text = Wartet auf die Bestätigung …
waiting-other = Steht dort eine andere Zahl, lehnen Sie dort ab: Dann hat sich jemand anders gemeldet.
waiting-give-up = Aufgeben

keyless-title = Die Schlüssel fehlen noch
keyless-lead = Dieser Browser ist angemeldet, aber Links und Notizen Ihrer Praxis kann er noch nicht lesen: Die Schlüssel dazu kennt nur Ihre Praxis, nicht der Server.
keyless-lead-staff = Dieser Browser ist als Empfang angemeldet. Was er dafür braucht, gibt ihm ein Gerät der Ärztinnen und Ärzte.
keyless-ask-title = Von einem anderen Gerät
keyless-ask-text = Öffnen Sie auf einem Gerät, das schon zur Praxis gehört, Einstellungen → Geräte → Gerät hinzufügen, und hier den Link, den es zeigt.
keyless-ask = Diese Anmeldung verwerfen
recover-title = Mit der Wiederherstellungsdatei
recover-text = Danach gelten alle Links weiter, und Ihre Notizen sind wieder lesbar.
recover-file = Datei
recover-file-hint = „visite-recovery-….json“
recover-missing = Bitte wählen Sie die Datei.
recover-passphrase = Passwort der Datei
recover-submit = Wiederherstellen
afresh-title = Mit neuen Schlüsseln
afresh-text = Nur wenn es weder ein anderes Gerät noch die Datei gibt: Bisherige Links gelten dann nicht mehr.
afresh = Mit neuen Schlüsseln beginnen
afresh-sure-title = Wirklich neu beginnen?
afresh-sure-links = Links, die Sie schon verschickt haben, führen nicht mehr zu diesem Gerät.
afresh-sure-text = Bisherige Notizen kann dieser Browser nicht lesen. Andere Geräte der Praxis behalten ihre alten Schlüssel und sehen nicht, was hier angelegt wird.

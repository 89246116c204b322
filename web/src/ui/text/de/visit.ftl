# Der Weg des Patienten: Link, Prüfung, Wartezimmer, Ende.
visit-title-in-call = Sie sind dran
visit-appointment = Ihre Videosprechstunde
visit-appointment-with = Videosprechstunde: { $practice }
visit-when = { $day }, { $time } Uhr

asking-offline-title = Keine Verbindung zum Internet
asking-offline-text = Bitte prüfen Sie WLAN oder mobile Daten.
asking-unavailable-title = Der Server antwortet gerade nicht
asking-unavailable-text = Das liegt nicht an Ihnen. Meist dauert es nur einen Augenblick.
asking-slow-down-title = Zu viele Versuche aus Ihrem Netz
asking-slow-down-text = Aus Ihrem Netz wurden gerade viele ungültige Links geöffnet. Bitte warten Sie kurz.
asking-again = Wir versuchen es von selbst noch einmal.

early-title = Sie sind früh dran
early-text = Das Wartezimmer öffnet am { $day } um { $time } Uhr.
early-days = { $count ->
    [one] noch einen Tag
   *[other] noch { $count } Tage
}
early-stay = Lassen Sie diese Seite offen: Es geht dann von selbst weiter.
early-come-back = Öffnen Sie den Link am Tag des Termins noch einmal.
early-check = Gerät und Netz schon jetzt prüfen
early-check-text = Dauert zehn Sekunden und öffnet sich in einem neuen Fenster.

consent-verified = { $practice } – geprüft
consent-verified-explained = Dieser Link gehört wirklich zu dieser Praxis: Ihr Browser hat die digitale Unterschrift geprüft.
consent-as = Sie kommen als { $name }
consent-as-signed = Ihre Einwilligung ist unterschrieben. Sie geht an { $practice }, sobald Sie verbunden sind.
consent-as-unsigned = Sie haben keine Einwilligung unterschrieben.

check-name = Ihr Name
check-name-hint = Er geht nur an { $practice }, direkt von Ihrem Browser. Der Server erfährt ihn nicht.
check-name-missing = Bitte geben Sie Ihren Namen ein.
check-alone = Suchen Sie sich einen ruhigen Ort, an dem niemand mithört.
check-private = Das Gespräch ist verschlüsselt. Nur Sie und { $practice } sehen und hören es, und nichts wird aufgezeichnet.
check-not-yet = Bild und Ton gehen erst hinaus, wenn die Praxis Sie hereinbittet.
check-continue = Weiter ins Wartezimmer
check-line = Auch die Verbindung prüfen

self-title = Sieht und hört man Sie?
self-explained = Ihr Browser fragt gleich nach Kamera und Mikrofon. Bitte erlauben Sie beides. { $practice } sieht Sie noch nicht.
self-the-practice = die Praxis
self-open = Kamera einschalten
self-opening = Kamera geht an …
self-allow = Falls Ihr Browser fragt: Bitte erlauben Sie Kamera und Mikrofon.
self-camera-off = Kamera aus
self-camera = Kamera
self-microphone = Mikrofon
self-on = an
self-off = aus
self-speak = Sagen Sie etwas.
self-heard = Man hört Sie.
self-change = Geräte ändern und prüfen

waiting-joining-title = Wir öffnen das Wartezimmer
waiting-joining-text = Einen Moment bitte.
waiting-offline-title = Keine Verbindung zum Internet
waiting-offline-text = Bitte prüfen Sie WLAN oder mobile Daten. Sobald die Verbindung wieder da ist, geht es von selbst weiter.
waiting-unavailable-title = Der Server antwortet gerade nicht
waiting-unavailable-text = Das liegt nicht an Ihnen. Wir versuchen es von selbst weiter; bitte bleiben Sie auf dieser Seite.
waiting-absent-title = Sie sind im Wartezimmer
waiting-absent-text = Die Praxis ist noch nicht da. Sie müssen nichts tun: Sobald sie kommt, werden Sie verbunden.
waiting-away-title = Die Praxis ist gleich wieder da
waiting-away-text = Ihre Verbindung ist gerade unterbrochen. Bitte bleiben Sie auf dieser Seite.
waiting-connecting-title = Die Praxis ist da
waiting-connecting-text = Wir stellen die direkte Verbindung her. Das dauert nur ein paar Sekunden.
waiting-lobby-title = Die Praxis sieht, dass Sie warten
waiting-lobby-text = Die Verbindung steht. Sie werden hereingebeten, sobald man Zeit für Sie hat.
waiting-held-title = Einen Moment bitte
waiting-held-text = Die Praxis holt Sie gleich zurück. Man sieht und hört Sie solange nicht.
waiting-since = Sie warten seit { $time } Uhr auf { $practice }.
waiting-part-companion = Sie sind als Begleitung dabei.
waiting-part-interpreter = Sie sind zum Dolmetschen dabei.
waiting-part-colleague = Sie sind als Kollegin oder Kollege dabei.
waiting-written = Nachrichten der Praxis
waiting-written-at = Von der Praxis, { $time } Uhr
waiting-ready = Legen Sie bereit, was Sie zeigen möchten: Medikamente, Befunde, Ihre Versichertenkarte.
waiting-sound = Lassen Sie den Ton an: Sie hören ein Zeichen, wenn es losgeht.
waiting-leave = Wartezimmer verlassen
waiting-leave-title = Wirklich gehen?
waiting-leave-text = Die Praxis sieht dann, dass Sie gegangen sind. Mit Ihrem Link können Sie wiederkommen.
waiting-stay = Hierbleiben
waiting-steps = So weit sind Sie
waiting-step-arrived = Angekommen
waiting-step-waiting = Im Wartezimmer
waiting-step-connected = Verbunden
waiting-step-talking = Gespräch

no-path-title = Von hier aus kommt keine Verbindung zustande
no-path-text = Ihr Netz oder das der Praxis lässt keine direkte Verbindung zu. Das hilft meistens:
no-path-network = Wechseln Sie das Netz: vom WLAN zu mobilen Daten, oder umgekehrt. Auch der Hotspot eines Telefons geht.
no-path-vpn = Schalten Sie ein VPN aus, wenn Sie eines benutzen.
no-path-phone = Sonst rufen Sie die Praxis bitte an.
no-path-trying = Wir versuchen es weiter.

over-ended-title = Der Besuch ist beendet
over-ended-text = Davon ist nichts gespeichert, auch der Link nicht. Möchten Sie noch einmal hinein, öffnen Sie bitte den Link aus Ihrer Nachricht.
over-hung-up-title = Sie haben aufgelegt
over-hung-up-text = Vielen Dank. Kamera und Mikrofon sind aus, und von dem Gespräch ist nichts gespeichert. Sie können diese Seite schließen.
over-peer-left-title = Das Gespräch ist beendet
over-peer-left-text = Vielen Dank für Ihren Besuch. Kamera und Mikrofon sind aus, und von dem Gespräch ist nichts gespeichert. Sie können diese Seite schließen.
over-link-damaged-title = Der Link ist nicht vollständig
over-link-damaged-text = Auf dem Weg zu Ihnen ist ein Stück des Links verloren gegangen oder verändert worden. Öffnen Sie ihn bitte direkt aus der Nachricht, oder kopieren Sie ihn ganz, bis zum letzten Zeichen. Hilft das nicht, bitten Sie die Praxis um einen neuen.
over-untrusted-title = Diese Verbindung ist nicht vertrauenswürdig
over-untrusted-text = Wir konnten nicht sicherstellen, dass am anderen Ende wirklich { $practice } ist, und haben die Verbindung deshalb getrennt. Kamera und Mikrofon sind aus. Bitte rufen Sie die Praxis an, bevor Sie es noch einmal versuchen.
over-invite-invalid-title = Dieser Link gilt nicht
over-invite-invalid-text = Vielleicht wurde der Termin abgesagt, oder die Praxis hat Ihnen einen neueren Link geschickt. Im Zweifel fragen Sie bitte dort nach.
over-invite-used-title = Dieser Link wurde schon benutzt
over-invite-used-text = Er gilt nur für eine bestimmte Zahl von Browsern. Öffnen Sie ihn bitte dort, wo Sie ihn zuerst geöffnet haben, oder bitten Sie die Praxis um einen neuen.
over-over-title = Dieser Termin ist vorbei
over-over-text = Wenn Sie noch etwas brauchen, melden Sie sich bitte bei der Praxis.
over-closed-title = Die Praxis hat diesen Termin geschlossen
over-closed-text = Der Termin wurde beendet, abgesagt oder der Link zurückgezogen. Kamera und Mikrofon sind aus. Bei Fragen melden Sie sich bitte bei der Praxis.
over-occupied-title = Dieser Platz ist schon besetzt
over-occupied-text = Der Link ist gerade in einem anderen Browser offen. Schließen Sie ihn dort; nach einer halben Minute wird der Platz frei.
over-evicted-title = Die Praxis hat Sie aus dem Wartezimmer entlassen
over-evicted-text = Wenn das ein Versehen war, können Sie wieder hineingehen.
over-taken-over-title = Sie sind in einem anderen Tab weitergegangen
over-taken-over-text = Das Gespräch läuft dort. Dieser Tab kann geschlossen werden.
over-signed-out-title = Dieses Gerät ist abgemeldet
over-signed-out-text = Es darf nicht mehr für die Praxis sprechen.
over-failed-title = Da ist etwas schiefgegangen
over-failed-text = Die beiden Browser haben sich nicht verstanden. Laden Sie die Seite neu; hilft das nicht, nehmen Sie bitte einen aktuellen Browser.
over-again = Zurück ins Wartezimmer
over-go-on-here = Hier weitermachen
over-reload = Seite neu laden
over-files-title = Dateien aus dem Gespräch
over-files-text = Speichern Sie sie jetzt: Wenn Sie diese Seite schließen, sind sie weg.
over-files-saved = Alles ist gespeichert.

word-late = Ich verspäte mich
word-cancel = Ich kann nicht kommen
word-how-late = Um wie viele Minuten?
word-minutes = { $minutes } Min.
word-sending = Wir sagen es der Praxis …
word-told = Die Praxis erfährt es
word-told-late = Sie kommen etwa { $minutes } Minuten später. Ihr Link bleibt gültig.
word-told-cancel = Sie können nicht kommen. Für einen neuen Termin melden Sie sich bitte bei der Praxis.
word-change = Ändern
word-failed = Das kam nicht an
word-cancel-title = Können Sie wirklich nicht kommen?
word-cancel-text = Wir sagen es der Praxis. Den Termin selbst sagt sie ab; Ihr Link bleibt solange gültig.
word-cancel-no = Doch, ich komme
word-cancel-yes = Nein, ich kann nicht

drop-in = Offene Sprechstunde
drop-in-title = Offene Sprechstunde: { $practice }
drop-in-until = Ohne Termin, bis { $time } Uhr. Wer zuerst kommt, ist zuerst dran.
drop-in-closed-title = Die Sprechstunde ist gerade geschlossen
drop-in-closed-text = Lassen Sie diese Seite offen: Es geht von selbst weiter, sobald sie öffnet.
drop-in-closed-again = Wir sehen von selbst nach.
drop-in-failed-title = Das Wartezimmer ging nicht auf
drop-in-failed-text = Bitte prüfen Sie Ihre Internetverbindung, und versuchen Sie es noch einmal.

later-title = Ein Teil dieser Seite kam nicht an
later-text = Bitte prüfen Sie Ihre Internetverbindung. Wir versuchen es von selbst noch einmal.
later-reload = Seite neu laden

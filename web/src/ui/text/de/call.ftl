# Das Gespräch.
call-with = Gespräch mit { $name }
call-connected = Sie sind mit { $name } verbunden.
call-duration = Dauer { $time }
call-connection = Verbindung und Sicherheit
call-facts-title = Verbindung und Sicherheit. Keine Aufzeichnung: Visite kann nicht aufzeichnen.

call-path-direct = Direkt
call-path-relayed = Über Zwischenstation
call-path-direct-explained = Bild und Ton gehen ohne Umweg von Ihrem Gerät zum anderen.
call-path-relayed-explained = Eine Station Ihrer Praxis reicht die Daten weiter. Sie sind verschlüsselt: Die Station kann weder mithören noch mitlesen.
call-safety-code = Sicherheitscode
call-safety-explained = Lesen Sie sich die sechs Ziffern gegenseitig vor. Sind sie gleich, ist niemand dazwischen: Nur Sie und { $name } sehen und hören dieses Gespräch.
call-quality-good = Gute Verbindung
call-quality-fair = Etwas schwache Verbindung
call-quality-poor = Schwache Verbindung
call-quality-cause-none = Bild und Ton kommen gut an.
call-quality-cause-loss = Ein Teil der Daten geht unterwegs verloren. Näher am WLAN-Router oder mit Netzwerkkabel wird es meist besser.
call-quality-cause-delay = Bild und Ton brauchen lange. Lassen Sie sich gegenseitig ein wenig mehr Zeit zum Antworten.
call-quality-cause-bandwidth = Das Netz ist gerade langsam. Beenden Sie andere Downloads, oder schalten Sie Ihre Kamera aus.

call-their-camera = Bild von { $name }
call-their-screen = { $name } zeigt den Bildschirm
call-camera-is-off = Kamera aus
call-microphone-is-off = Mikrofon aus
call-own-picture = Ihr eigenes Bild: in eine andere Ecke
call-move-picture = Bild von { $name }: in eine andere Ecke
call-own-camera-off = Ihre Kamera ist aus
call-camera-opens = Kamera geht an …
call-sharing = Sie zeigen Ihren Bildschirm
call-stop-sharing = Beenden
call-hear = Tippen, um zu hören

call-interrupted = Die Verbindung ist unterbrochen
call-coming-back = { $name } kommt gleich zurück
call-mending = Wir stellen sie von selbst wieder her. Bitte bleiben Sie auf dieser Seite.
call-own-network = Ihr Gerät hat gerade kein Internet. Sobald es wieder da ist, geht das Gespräch weiter.
call-other-away = Auf der anderen Seite ist das Netz weg, oder die Seite ist geschlossen. Sobald sie wieder da ist, geht das Gespräch von selbst weiter.
call-interrupted-since = seit { $time }

call-controls = Gespräch steuern
call-microphone = Mikrofon
call-mute = Mikrofon stummschalten
call-camera = Kamera
call-camera-off = Kamera ausschalten
call-screen = Bildschirm
call-share = Bildschirm zeigen
call-chat = Chat
call-chat-unread = { $count ->
    [one] Chat, eine neue Nachricht
   *[other] Chat, { $count } neue Nachrichten
}
call-devices = Geräte
call-fullscreen = Vollbild
call-small-window = Fenster
call-small-window-label = Eigenes kleines Fenster
call-hang-up = Auflegen
call-leaving-title = Dateien noch nicht gespeichert
call-leaving-text = { $count ->
    [one] Eine Datei haben Sie noch nicht gespeichert. Nach dem Auflegen können Sie das noch tun, solange diese Seite offen ist.
   *[other] { $count } Dateien haben Sie noch nicht gespeichert. Nach dem Auflegen können Sie das noch tun, solange diese Seite offen ist.
}

call-panel = Nachrichten und Dateien
call-messages = Nachrichten
call-files = Dateien
call-chat-empty = Was Sie hier schreiben, lesen nur die Menschen in diesem Gespräch. Danach ist es gelöscht.
call-files-to-practice = Dateien, die Sie senden, bekommt nur die Praxis.
call-from-me = Sie schrieben:
call-from-peer = Ihr Gegenüber schrieb:
call-seen = Gelesen
call-sent = Gesendet
call-write = Nachricht schreiben
call-send = Senden
call-read = Neue Nachricht von { $name } lesen
call-new-message = Neue Nachricht von { $name }
call-too-long = Die Nachricht ist zu lang: { $length } von höchstens { $most } Zeichen.
call-not-sent = Das konnte gerade nicht gesendet werden. Bitte versuchen Sie es gleich noch einmal.

call-attach = Datei senden
call-drop = Loslassen, um an { $name } zu senden
call-file-too-large = { $name } ist zu groß. Höchstens { $most } gehen.
call-file-not-now = { $name } kann gerade nicht gesendet werden. Bitte warten Sie, bis andere Dateien angekommen sind.
call-file-cancel = { $name } abbrechen
call-file-progress = Fortschritt von { $name }
call-file-save = { $name } speichern
call-file-save-short = Speichern
call-file-saved = Gespeichert
call-file-offered-me = wartet
call-file-offered-peer = kommt gleich
call-file-sending = { $share } % gesendet
call-file-receiving = { $share } % empfangen
call-file-done-me = angekommen
call-file-done-peer = vollständig
call-file-refused-too-large = für den Empfänger zu groß
call-file-refused-declined = nicht angenommen
call-file-refused-no-space = beim Empfänger ist kein Platz
call-file-cancelled-me = von Ihnen abgebrochen
call-file-cancelled-peer = vom Gegenüber abgebrochen
call-file-failed-connection = abgebrochen: Verbindung verloren
call-file-failed-damaged = beschädigt angekommen, bitte noch einmal senden
call-file-failed-read = die Datei ließ sich nicht lesen
call-file-failed-write = die Datei ließ sich hier nicht ablegen

call-more = Mehr
call-on = an
call-off = aus
call-people = Personen
call-people-hint = Zwei Personen können gleichzeitig groß bleiben, zum Beispiel Arzt und Dolmetscherin.
call-part-practice = Praxis
call-part-patient = Patient oder Patientin
call-part-companion = Begleitung
call-part-interpreter = Dolmetschen
call-part-colleague = Kollege oder Kollegin
call-state-connecting = verbindet sich
call-state-interrupted = Verbindung unterbrochen
call-person-connecting = { $name } verbindet sich …
call-person-interrupted = Die Verbindung zu { $name } ist unterbrochen. Sie kommt von selbst zurück.
call-also-here = Auch im Gespräch: { $names }
call-remove = { $name } aus dem Gespräch nehmen
call-remove-sure = Wirklich entfernen
call-you = Sie
call-pin = { $name } groß zeigen
call-pin-short = Groß
call-pin-next = Nächste Person groß zeigen
call-swap = Bilder tauschen
call-view-speaker = Wer spricht, groß
call-own-see = Eigenes Bild sehen
call-own-hide = Eigenes Bild ausblenden
call-own-show = Eigenes Bild zeigen
call-said-pinned = Groß zu sehen: { $names }
call-said-no-pin = Niemand ist festgehalten.
call-said-view-grid = Alle sind gleich groß.
call-said-view-speaker = Wer spricht, ist groß zu sehen.
call-said-own-hidden = Ihr eigenes Bild ist ausgeblendet. Die anderen sehen Sie weiter.
call-said-own-shown = Ihr eigenes Bild ist zu sehen.
call-said-microphone-on = Ihr Mikrofon ist an.
call-said-microphone-off = Ihr Mikrofon ist aus.
call-said-camera-on = Ihre Kamera ist an.
call-said-camera-off = Ihre Kamera ist aus.
call-said-screen-off = Ihr Bildschirm wird nicht gezeigt.

call-weak = Das Bild macht Pause, weil die Leitung schwach ist. Der Ton geht weiter.
call-own-paused = Ihr Bild macht Pause, weil Ihre Leitung schwach ist. Man hört Sie weiter, und das Bild kommt von selbst zurück.
call-own-paused-short = Ihr Bild macht Pause
call-save-data = Daten sparen: kleineres Bild
call-unplugged-microphone = Ihr Mikrofon ist nicht mehr angeschlossen. Jetzt wird benutzt: { $now }.
call-unplugged-camera = Ihre Kamera ist nicht mehr angeschlossen. Jetzt wird benutzt: { $now }.
call-unplugged-speaker = Ihr Lautsprecher ist nicht mehr angeschlossen. Jetzt wird benutzt: { $now }.
call-unplugged-choose = Gerät wählen

call-encrypted = Von Gerät zu Gerät verschlüsselt
call-encrypted-explained = Bild, Ton, Nachrichten und Dateien kann nur lesen, wer in diesem Gespräch ist. Auch der Server der Praxis kann es nicht.
call-no-recording = Keine Aufzeichnung
call-no-recording-explained = Visite kann nicht aufzeichnen: In diesem Programm gibt es dafür nichts, auf keiner Seite.
call-round-trip = hin und zurück { $time } ms
call-code-same = Die Ziffern waren gleich
call-code-was-same = Verglichen: gleich

call-shortcuts = Tastenkürzel
call-shortcuts-on = Tastenkürzel benutzen
call-shortcuts-hint = Sie gelten nicht, während Sie schreiben. Wenn eine Sprachsteuerung oder ein anderes Hilfsmittel sie auslöst, schalten Sie sie aus.

call-notes = Notizen
call-notes-hint = Das bleibt nur auf dieser Seite: Es wird nicht gesendet und nicht gespeichert. Nach dem Gespräch ist es weg.
call-notes-save = Als Text speichern
call-notes-left = Das Gespräch ist zu Ende. Kopieren oder speichern Sie Ihre Notizen, bevor Sie diese Seite verlassen.
call-leaving-notes-title = Ihre Notizen gehen verloren
call-leaving-notes-text = Mit dem Auflegen werden Ihre Notizen gelöscht. Kopieren oder speichern Sie sie vorher, wenn Sie sie brauchen.
call-hang-up-and-forget = Auflegen und Notizen löschen

call-hold = Halten
call-hold-label = Halten: zurück ins Wartezimmer
call-photo = Foto
call-photo-label = Foto anfordern
photo-title = Foto anfordern
photo-explained = { $name } wird gefragt und sieht das Bild vorher. Das Foto kommt in voller Auflösung der Kamera und geht sofort auf Ihre Festplatte.
photo-no-consent = Keine Einwilligung für Fotos
photo-no-consent-text = { $name } hat nicht eingewilligt, dass Fotos gesendet werden.
photo-choose-place = Ort wählen …
photo-request = Foto anfordern
photo-withdraw = Zurückziehen
photo-file = Foto
photo-saved = { $name } ({ $size }) ist gespeichert.
photo-not-saved = { $name } ({ $size }) ließ sich dort nicht speichern. Es liegt bei den Dateien dieses Gesprächs.
photo-practice-asked = { $name } wird gefragt …
photo-practice-sending = Das Foto kommt an …
photo-practice-refused = { $name } möchte jetzt kein Foto senden.
photo-practice-withdrawn = Sie haben die Bitte zurückgezogen. Es kommt kein Foto.
photo-practice-failed = Das hat nicht geklappt. Sie können noch einmal fragen.
photo-practice-came = Das Foto ist da.
photo-question = { $name } bittet um ein Foto
photo-what = Ihre Kamera nimmt ein einzelnes Bild in voller Auflösung auf. Sie sehen es, bevor es gesendet wird. Nur { $name } bekommt es, und dort wird es gespeichert. Ort und Uhrzeit stehen nicht darin.
photo-advice = Halten Sie die Stelle ins Licht und die Kamera ruhig.
photo-camera-off = Ihre Kamera ist aus. Was sie für das Foto zeigt, sehen zuerst nur Sie.
photo-camera-on = Kamera einschalten
photo-take = Foto aufnehmen
photo-yours = Ihr Foto
photo-look = Das ist Ihr Foto. { $name } bekommt es erst, wenn Sie auf „Senden“ drücken.
photo-again = Noch einmal
photo-send = Senden
photo-discard = Nicht senden
photo-refuse = Jetzt nicht
photo-progress = Fortschritt des Fotos
photo-guest-taking = Bitte still halten …
photo-guest-sending = Das Foto wird gesendet …
photo-guest-withdrawn = { $name } braucht das Foto nicht mehr. Es wurde nichts gesendet.
photo-guest-failed = Das Foto hat nicht geklappt. Es wurde nichts gesendet.
photo-guest-came = { $name } hat das Foto bekommen.

receipt-title = Beleg über dieses Gespräch
receipt-title-with = Beleg: Gespräch mit { $name }
receipt-dismiss = Weglegen
receipt-file = Beleg
receipt-practice = Praxis
receipt-time = Zeit
receipt-span = { $day }, { $begin } bis { $end } { $zone }
receipt-length = Dauer
receipt-people = Wer dabei war
receipt-path = Weg der Daten
receipt-unknown = nicht bekannt
receipt-encryption = Verschlüsselung
receipt-encrypted = von Gerät zu Gerät ({ $suites })
receipt-encrypted-plain = von Gerät zu Gerät
receipt-code = Sicherheitscode
receipt-code-compared = verglichen: gleich
receipt-code-not-compared = nicht verglichen
receipt-agreed = Einwilligung
receipt-agreed-not-asked = keine eingeholt
receipt-agreed-refused = nicht gegeben
receipt-agreed-yes = { $item }: eingewilligt
receipt-agreed-no = { $item }: nicht eingewilligt
receipt-agreed-revoked = { $item }: eingewilligt, später widerrufen
receipt-files = Dateien und Fotos
receipt-no-files = keine
receipt-file-me = { $kind ->
    [photo] Foto, gesendet: { $name } ({ $size })
   *[file] gesendet: { $name } ({ $size })
}
receipt-file-peer = { $kind ->
    [photo] Foto, bekommen: { $name } ({ $size })
   *[file] bekommen: { $name } ({ $size })
}
receipt-recording = Aufzeichnung
receipt-recording-none = keine: Visite kann nicht aufzeichnen
receipt-note = Diesen Beleg hat Ihr Browser gemacht. Die Namen sind so, wie sich alle selbst genannt haben. Er ist nirgends sonst gespeichert und geht mit dieser Seite.
receipt-save-pdf = Als PDF speichern
receipt-save-text = Als Text speichern
receipt-save-failed = Das PDF ließ sich nicht machen. Speichern Sie den Beleg als Text, oder versuchen Sie es noch einmal.

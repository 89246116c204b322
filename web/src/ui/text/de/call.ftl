# Das Gespräch.
call-with = Gespräch mit { $name }
call-connected = Sie sind mit { $name } verbunden.
call-duration = Dauer { $time }
call-connection = Verbindung und Sicherheit

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
call-own-camera-off = Ihre Kamera ist aus
call-camera-opens = Kamera geht an …
call-sharing = Sie zeigen Ihren Bildschirm
call-stop-sharing = Beenden
call-hear = Tippen, um zu hören

call-interrupted = Die Verbindung ist unterbrochen
call-coming-back = { $name } kommt gleich zurück
call-mending = Wir stellen sie von selbst wieder her. Bitte bleiben Sie auf dieser Seite.
call-own-network = Ihr Gerät hat gerade kein Internet. Sobald es wieder da ist, geht das Gespräch weiter.
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
call-hang-up = Auflegen
call-leaving-title = Dateien noch nicht gespeichert
call-leaving-text = { $count ->
    [one] Eine Datei haben Sie noch nicht gespeichert. Nach dem Auflegen können Sie das noch tun, solange diese Seite offen ist.
   *[other] { $count } Dateien haben Sie noch nicht gespeichert. Nach dem Auflegen können Sie das noch tun, solange diese Seite offen ist.
}

call-panel = Nachrichten und Dateien
call-messages = Nachrichten
call-files = Dateien
call-chat-empty = Was Sie hier schreiben, liest nur Ihr Gegenüber. Nach dem Gespräch ist es gelöscht.
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

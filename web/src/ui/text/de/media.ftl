# Kamera, Mikrofon, Lautsprecher.
media-camera = Kamera
media-microphone = Mikrofon
media-speaker = Lautsprecher
media-default = Standard des Systems
media-level = Lautstärke des Mikrofons
media-level-hint = Sagen Sie etwas: Der Balken sollte sich bewegen.
media-speaker-test = Probeton abspielen
media-speaker-question = Hören Sie drei Töne? Wenn nicht, drehen Sie bitte lauter.
media-noise = Hintergrundgeräusche unterdrücken
media-noise-hint = Ausschalten, wenn man Atem, Herz oder leise Töne hören soll.

help-without-camera = Ohne Kamera weiter
help-without = Nur zuhören und schreiben
help-phone = Praxis anrufen:
help-copy-link = Link kopieren

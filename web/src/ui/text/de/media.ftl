# Kamera, Mikrofon, Lautsprecher.
media-camera = Kamera
media-microphone = Mikrofon
media-speaker = Lautsprecher
media-default = Standard des Systems
media-level = Lautstärke des Mikrofons
media-level-hint = Sagen Sie etwas: Der Balken sollte sich bewegen.
media-speaker-test = Probeton abspielen
media-speaker-question = Hören Sie drei Töne? Wenn nicht, drehen Sie bitte lauter.

media-trouble-denied = { $what ->
    [camera] Die Kamera ist für diese Seite gesperrt.
    [microphone] Das Mikrofon ist für diese Seite gesperrt.
   *[both] Kamera und Mikrofon sind für diese Seite gesperrt.
}
media-trouble-no-device = { $what ->
    [camera] Es wurde keine Kamera gefunden.
    [microphone] Es wurde kein Mikrofon gefunden.
   *[both] Es wurden weder Kamera noch Mikrofon gefunden.
}
media-trouble-in-use = { $what ->
    [camera] Die Kamera wird gerade von einem anderen Programm benutzt.
    [microphone] Das Mikrofon wird gerade von einem anderen Programm benutzt.
   *[both] Kamera und Mikrofon werden gerade von einem anderen Programm benutzt.
}
media-trouble-insecure = Kamera und Mikrofon gehen nur über eine sichere Verbindung.
media-trouble-unsupported = Dieser Browser kann Kamera und Mikrofon nicht öffnen.
media-trouble-failed = { $what ->
    [camera] Die Kamera ließ sich nicht einschalten.
    [microphone] Das Mikrofon ließ sich nicht einschalten.
   *[both] Kamera und Mikrofon ließen sich nicht einschalten.
}

media-advice-no-device = { $what ->
    [camera] Schließen Sie eine Kamera an, oder gehen Sie ohne weiter: Hören und sprechen können Sie trotzdem.
    [microphone] Schließen Sie ein Mikrofon oder ein Headset an. Ohne Mikrofon können Sie sehen, hören und schreiben.
   *[both] Schließen Sie Kamera und Mikrofon an. Ohne sie können Sie sehen, hören und schreiben.
}
media-advice-in-use = Beenden Sie andere Videoprogramme und versuchen Sie es noch einmal.
media-advice-insecure = Die Adresse oben muss mit https:// beginnen. Öffnen Sie bitte den Link Ihrer Praxis noch einmal.
media-advice-unsupported = Bitte nehmen Sie einen aktuellen Browser: Chrome, Edge, Firefox oder Safari.
media-advice-failed = Ziehen Sie das Gerät ab und stecken Sie es wieder ein, oder starten Sie den Browser neu. Dann versuchen Sie es noch einmal.

media-help-chrome-desktop = Klicken Sie in der Adresszeile links auf das Symbol vor der Adresse, stellen Sie Kamera und Mikrofon auf „Zulassen“ und versuchen Sie es noch einmal.
media-help-edge-desktop = Klicken Sie in der Adresszeile auf das Schloss, dann auf „Berechtigungen für diese Website“. Stellen Sie Kamera und Mikrofon auf „Zulassen“ und versuchen Sie es noch einmal.
media-help-firefox-desktop = Klicken Sie in der Adresszeile auf das durchgestrichene Kamera- oder Mikrofonsymbol, heben Sie die Sperre mit dem × auf und versuchen Sie es noch einmal.
media-help-safari-desktop = Wählen Sie oben im Menü „Safari“ und dann „Einstellungen für diese Website“. Stellen Sie Kamera und Mikrofon auf „Erlauben“ und versuchen Sie es noch einmal.
media-help-chrome-android = Tippen Sie auf das Symbol vor der Adresse, dann auf „Berechtigungen“. Erlauben Sie Kamera und Mikrofon und versuchen Sie es noch einmal.
media-help-firefox-android = Tippen Sie auf das Schloss vor der Adresse. Erlauben Sie Kamera und Mikrofon und versuchen Sie es noch einmal.
media-help-ios-safari = Tippen Sie auf das Seitensymbol neben der Adresse, dann auf „Website-Einstellungen“. Stellen Sie Kamera und Mikrofon auf „Erlauben“ und versuchen Sie es noch einmal.
media-help-ios-other = Öffnen Sie die Einstellungen des Geräts, suchen Sie darin diesen Browser und schalten Sie Kamera und Mikrofon ein. Oder öffnen Sie den Link in Safari.
media-help-other = Erlauben Sie dieser Seite in den Einstellungen Ihres Browsers Kamera und Mikrofon und versuchen Sie es noch einmal.

# Kamera oder Mikrofon gehen nicht auf: was los ist, und was zu tun ist. Die Namen der Schaltflächen sind die der Browser.
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

media-trouble-ignored = { $what ->
    [camera] Die Kamera ist noch nicht erlaubt: Die Frage Ihres Browsers blieb offen.
    [microphone] Das Mikrofon ist noch nicht erlaubt: Die Frage Ihres Browsers blieb offen.
   *[both] Kamera und Mikrofon sind noch nicht erlaubt: Die Frage Ihres Browsers blieb offen.
}
media-trouble-denied-by-system = { $what ->
    [camera] Ihr Gerät lässt den Browser nicht an die Kamera.
    [microphone] Ihr Gerät lässt den Browser nicht an das Mikrofon.
   *[both] Ihr Gerät lässt den Browser nicht an Kamera und Mikrofon.
}
media-trouble-in-app = { $program ->
    [none] Diese Seite ist in einer anderen App offen. Dort gehen Kamera und Mikrofon nicht.
   *[other] Diese Seite ist in { $program } offen. Dort gehen Kamera und Mikrofon nicht.
}

help-chrome-desktop-1 = Klicken Sie oben auf das Zeichen links vor der Adresse.
help-chrome-desktop-2 = Schalten Sie dort Kamera und Mikrofon ein.
help-edge-desktop-1 = Klicken Sie oben auf das Schloss vor der Adresse, dann auf „Berechtigungen für diese Website“.
help-edge-desktop-2 = Stellen Sie Kamera und Mikrofon auf „Zulassen“.
help-firefox-desktop-1 = Klicken Sie oben auf die durchgestrichene Kamera oder das durchgestrichene Mikrofon vor der Adresse.
help-firefox-desktop-2 = Nehmen Sie die Sperre mit dem × weg.
help-safari-desktop-1 = Klicken Sie ganz oben auf „Safari“, dann auf „Einstellungen“ für diese Website.
help-safari-desktop-2 = Stellen Sie Kamera und Mikrofon auf „Erlauben“.
help-chrome-android-1 = Tippen Sie auf das Zeichen links vor der Adresse, dann auf „Berechtigungen“.
help-chrome-android-2 = Schalten Sie Kamera und Mikrofon ein.
help-firefox-android-1 = Tippen Sie auf das Schloss vor der Adresse.
help-firefox-android-2 = Stellen Sie Kamera und Mikrofon auf „Erlaubt“.
help-safari-ios-1 = Tippen Sie auf das kleine Zeichen links in der Adresszeile. Dann auf „Website-Einstellungen“; manchmal liegt es hinter den drei Punkten.
help-safari-ios-2 = Stellen Sie Kamera und Mikrofon auf „Erlauben“.
help-safari-ios-aa-1 = Tippen Sie auf „aA“ in der Adresszeile, dann auf „Website-Einstellungen“.
help-safari-ios-aa-2 = Stellen Sie Kamera und Mikrofon auf „Erlauben“.
help-other-ios-1 = Öffnen Sie die Einstellungen Ihres Geräts. Suchen Sie darin „{ $browser }“; in neueren Geräten liegt es unter „Apps“.
help-other-ios-2 = Schalten Sie dort Kamera und Mikrofon ein.
help-other-1 = Erlauben Sie dieser Seite in den Einstellungen Ihres Browsers Kamera und Mikrofon.
help-system-windows-1 = Öffnen Sie die Einstellungen von Windows, dann „Datenschutz und Sicherheit“ und darin „Kamera“. Danach ebenso „Mikrofon“.
help-system-windows-2 = Schalten Sie alles ein, auch den Zugriff für Desktop-Apps ganz unten.
help-system-macos-1 = Öffnen Sie die Systemeinstellungen, dann „Datenschutz & Sicherheit“ und darin „Kamera“. Danach ebenso „Mikrofon“.
help-system-macos-2 = Schalten Sie dort „{ $browser }“ ein. Der Browser muss danach neu starten; öffnen Sie dann Ihren Link noch einmal.
help-system-android-1 = Öffnen Sie die Einstellungen Ihres Geräts, dann „Apps“, „{ $browser }“ und „Berechtigungen“.
help-system-android-2 = Erlauben Sie Kamera und Mikrofon. Manche Geräte haben dafür auch einen Schalter in der Leiste, die man von oben herunterzieht.
help-system-ios-1 = Öffnen Sie die Einstellungen Ihres Geräts. Suchen Sie darin „{ $browser }“; in neueren Geräten liegt es unter „Apps“.
help-system-ios-2 = Erlauben Sie dort Kamera und Mikrofon.
help-system-other-1 = Erlauben Sie Ihrem Browser in den Einstellungen des Geräts Kamera und Mikrofon.
help-ignored-1 = Versuchen Sie es noch einmal. Ihr Browser fragt dann: Wählen Sie „Zulassen“ oder „Erlauben“.
help-no-device-desktop-1 = { $what ->
    [camera] Schließen Sie eine Kamera an. Ohne Kamera können Sie trotzdem hören und sprechen.
    [microphone] Schließen Sie ein Mikrofon oder ein Headset an. Ohne Mikrofon können Sie sehen, hören und schreiben.
   *[both] Schließen Sie Kamera und Mikrofon an. Ohne sie können Sie sehen, hören und schreiben.
}
help-no-device-desktop-2 = Manche Laptops haben dafür auch eine Klappe, einen Schalter oder eine Taste.
help-no-device-phone-1 = Schalten Sie Ihr Gerät aus und wieder ein, und öffnen Sie dann Ihren Link noch einmal.
help-in-use-desktop-1 = Beenden Sie andere Programme mit Video, und schließen Sie andere Fenster mit dieser Seite.
help-in-use-desktop-2 = Hilft das nicht, starten Sie den Browser neu.
help-in-use-phone-1 = Beenden Sie ein laufendes Telefonat und andere Apps mit Kamera.
help-in-use-phone-2 = Hilft das nicht, schließen Sie den Browser ganz, und öffnen Sie Ihren Link noch einmal.
help-failed-desktop-1 = Ziehen Sie das Gerät ab, und stecken Sie es wieder ein.
help-failed-desktop-2 = Hilft das nicht, starten Sie den Browser neu.
help-failed-phone-1 = Schließen Sie den Browser ganz, und öffnen Sie Ihren Link noch einmal.
help-failed-phone-2 = Ist der Stromsparmodus an, schalten Sie ihn bitte aus.
help-insecure-1 = Die Adresse oben muss mit https:// beginnen. Öffnen Sie bitte den Link Ihrer Praxis noch einmal.
help-needs-safari-1 = Auf diesem Gerät geht es nur in Safari. Kopieren Sie Ihren Link.
help-needs-safari-2 = Öffnen Sie Safari, und halten Sie den Finger in der Adresszeile. Wählen Sie „Einsetzen“.
help-outdated-1 = Kopieren Sie Ihren Link.
help-outdated-2 = Öffnen Sie einen aktuellen Browser, zum Beispiel Chrome, Edge, Firefox oder Safari. Fügen Sie den Link oben in die Adresszeile ein.
help-lockdown-ios-1 = Vielleicht ist auf Ihrem Gerät der „Blockierungsmodus“ an. Tippen Sie dann auf das kleine Zeichen links in der Adresszeile, danach auf „Website-Einstellungen“. Schalten Sie ihn dort für diese Seite aus.
help-lockdown-ios-2 = Hilft das nicht, kopieren Sie Ihren Link, und öffnen Sie ihn auf einem anderen Gerät, zum Beispiel einem Computer.
help-in-app-ios-1 = Kopieren Sie Ihren Link.
help-in-app-ios-2 = Öffnen Sie Safari, und halten Sie den Finger in der Adresszeile. Wählen Sie „Einsetzen“.
help-in-app-other-1 = Kopieren Sie Ihren Link.
help-in-app-other-2 = Öffnen Sie Ihren Browser, zum Beispiel Chrome, und halten Sie den Finger in der Adresszeile. Wählen Sie „Einfügen“.

help-sound-only = Nur mit Ton weiter

incapable-insecure = Diese Seite wurde nicht sicher geladen
incapable-unsupported = In diesem Browser geht die Videosprechstunde nicht
incapable-text = Das liegt nicht an Ihnen. So geht es:

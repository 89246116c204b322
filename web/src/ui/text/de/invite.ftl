# Was Gäste von ihrer Praxis bekommen: Mail, Kurznachricht, Kalendereintrag, Blatt vom Empfang. Nichts davon nennt die Person oder ihren Anlass.
# In Kurznachrichten stehen nur Zeichen, die jedes Telefon zählt wie ein a: keine typografischen Anführungszeichen, keine Striche außer dem Bindestrich.
invite-summary = Videosprechstunde
invite-summary-cancelled = Abgesagt: Videosprechstunde

invite-subject-new = Videosprechstunde am { $date } um { $time } Uhr
invite-subject-moved = Neuer Termin: Videosprechstunde am { $date } um { $time } Uhr
invite-subject-reminder = Erinnerung: Videosprechstunde am { $date } um { $time } Uhr
invite-subject-cancelled = Abgesagt: Videosprechstunde am { $date } um { $time } Uhr
invite-subject-hour = Unsere offene Videosprechstunde

invite-greeting = Guten Tag,
invite-opening-new = { $part ->
    [companion] Sie begleiten jemanden in unsere Videosprechstunde: am { $day } um { $time } Uhr ({ $zone }).
    [interpreter] Sie dolmetschen in unserer Videosprechstunde: am { $day } um { $time } Uhr ({ $zone }).
    [colleague] Sie kommen fachlich zu unserer Videosprechstunde dazu: am { $day } um { $time } Uhr ({ $zone }).
   *[patient] Ihre Videosprechstunde ist am { $day } um { $time } Uhr ({ $zone }).
}
invite-opening-moved = Die Videosprechstunde hat einen neuen Termin: { $day } um { $time } Uhr ({ $zone }). Der bisherige gilt nicht mehr. Ihr Link ist derselbe geblieben.
invite-opening-reminder = Zur Erinnerung: Die Videosprechstunde ist am { $day } um { $time } Uhr ({ $zone }).
invite-opening-cancelled = Die Videosprechstunde am { $day } um { $time } Uhr findet nicht statt. Der Link dazu gilt nicht mehr.
invite-opening-hour = Zu unserer offenen Videosprechstunde können Sie ohne Termin kommen. Wann sie geöffnet ist, erfahren Sie bei uns.
invite-link = Öffnen Sie dann bitte diesen Link:
invite-link-hour = Öffnen Sie in dieser Zeit bitte diesen Link:
invite-link-known = Bitte nehmen Sie den Link, den Sie schon von uns haben.
invite-how = Sie brauchen kein Programm und keine Anmeldung, nur einen aktuellen Browser mit Kamera und Mikrofon. Das Wartezimmer öffnet um { $opens } Uhr.
invite-how-hour = Sie brauchen kein Programm und keine Anmeldung, nur einen aktuellen Browser mit Kamera und Mikrofon. Sie kommen in ein eigenes Wartezimmer: Niemand sonst sieht oder hört Sie dort. Wir rufen der Reihe nach auf.
invite-check = Ist Ihr Gerät bereit? Das können Sie vorher prüfen:
invite-private = Der Link ist nur für Sie. Bitte geben Sie ihn nicht weiter.
invite-phone = Wenn etwas nicht klappt, rufen Sie uns an: { $phone }
invite-phone-cancelled = Für einen neuen Termin rufen Sie uns bitte an: { $phone }
invite-regards = Freundliche Grüße

invite-sms-new = { $practice }: Videosprechstunde am { $date } um { $time } Uhr. { $link }
invite-sms-new-short = Videosprechstunde { $date } { $time } Uhr: { $link }
invite-sms-new-shortest = Videotermin { $date } { $time }: { $link }
invite-sms-moved = { $practice }: Die Videosprechstunde hat einen neuen Termin: { $date } um { $time } Uhr. Der Link ist derselbe: { $link }
invite-sms-moved-short = Neuer Termin: { $date } { $time } Uhr. { $link }
invite-sms-moved-shortest = Neu: { $date } { $time }: { $link }
invite-sms-reminder = { $practice }: Erinnerung an die Videosprechstunde am { $date } um { $time } Uhr. { $link }
invite-sms-reminder-short = Videosprechstunde { $date } { $time } Uhr: { $link }
invite-sms-reminder-shortest = Videotermin { $date } { $time }: { $link }
invite-sms-cancelled = { $practice }: Die Videosprechstunde am { $date } um { $time } Uhr findet nicht statt.
invite-sms-cancelled-short = Die Videosprechstunde am { $date } um { $time } Uhr findet nicht statt.
invite-sms-cancelled-shortest = Videotermin { $date } { $time } abgesagt.
invite-sms-moved-known = { $practice }: Die Videosprechstunde hat einen neuen Termin: { $date } um { $time } Uhr. Ihr Link bleibt derselbe.
invite-sms-reminder-known = { $practice }: Erinnerung an die Videosprechstunde am { $date } um { $time } Uhr. Bitte nehmen Sie den Link, den Sie schon haben.
invite-sms-hour = { $practice }: Offene Videosprechstunde, ohne Termin: { $link }
invite-sms-hour-short = Offene Videosprechstunde: { $link }
invite-sms-hour-shortest = Videosprechstunde: { $link }

sheet-title = Videosprechstunde
sheet-title-hour = Offene Videosprechstunde
sheet-lead = { $part ->
    [companion] Sie begleiten jemanden in unsere Sprechstunde. Mit diesem Blatt sprechen wir zusammen per Video.
    [interpreter] Sie dolmetschen in unserer Sprechstunde. Mit diesem Blatt sprechen wir zusammen per Video.
    [colleague] Sie kommen fachlich zu unserer Sprechstunde dazu. Mit diesem Blatt sprechen wir zusammen per Video.
   *[patient] Wir sprechen per Video miteinander. Sie brauchen kein Programm und keine Anmeldung.
}
sheet-lead-hour = Kommen Sie ohne Termin per Video zu uns, während unserer offenen Videosprechstunde.
sheet-time = { $time } Uhr
sheet-code = QR-Code mit dem Link zur Videosprechstunde
sheet-steps = So geht es
sheet-scan = Öffnen Sie zu Ihrem Termin die Kamera Ihres Telefons. Halten Sie sie auf das Quadrat. Tippen Sie auf den Link, der erscheint.
sheet-scan-hour = Öffnen Sie die Kamera Ihres Telefons. Halten Sie sie auf das Quadrat. Tippen Sie auf den Link, der erscheint.
sheet-name = Tragen Sie Ihren Namen ein. Erlauben Sie Kamera und Mikrofon.
sheet-wait = Bleiben Sie auf der Seite. Wir holen Sie herein.
sheet-opens = Das Wartezimmer öffnet um { $opens } Uhr.
sheet-trouble = Es klappt nicht?
sheet-trouble-text = Schließen Sie die Seite, und halten Sie die Kamera noch einmal auf das Quadrat.
sheet-trouble-call = Hilft das nicht, rufen Sie uns bitte an:
sheet-trouble-practice = Hilft das nicht, melden Sie sich bitte in der Praxis.
sheet-private = Dieses Blatt ist nur für Sie: Mit dem Quadrat kommt man in Ihr Wartezimmer. Das Gespräch geht verschlüsselt von Gerät zu Gerät und wird nicht aufgezeichnet.
sheet-private-hour = Sie warten für sich: Niemand sonst sieht oder hört Sie. Das Gespräch geht verschlüsselt von Gerät zu Gerät und wird nicht aufgezeichnet.

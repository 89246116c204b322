# Wie die Praxis einlädt.
inviting-open-new = Einladen
inviting-open-moved = Neuen Termin mitteilen
inviting-open-reminder = Erinnern
inviting-open-cancelled = Absage mitteilen
inviting-open-hour = Einladen
inviting-title-new = Einladen
inviting-title-moved = Den neuen Termin mitteilen
inviting-title-reminder = Erinnern
inviting-title-cancelled = Die Absage mitteilen
inviting-title-hour = Zur offenen Sprechstunde einladen
inviting-when = { $day }, { $time }
inviting-part-companion = Link für die Begleitung
inviting-part-interpreter = Link für Dolmetscherin oder Dolmetscher
inviting-part-colleague = Link für Kollegin oder Kollegen
inviting-language = Sprache
inviting-kind = Nachricht
inviting-kind-new = Einladung
inviting-kind-moved = Verlegung
inviting-kind-reminder = Erinnerung
inviting-way = Auf welchem Weg?
inviting-way-mail = Mail
inviting-way-sms = SMS
inviting-way-sheet = Papier
inviting-way-code = QR-Code
inviting-subject = Betreff
inviting-text = Text
inviting-mail = Im Mailprogramm öffnen
inviting-mail-long = Für manche Mailprogramme ist dieser Text zu lang. Kopieren Sie ihn, und fügen Sie ihn in die Mail ein.
inviting-mail-empty = Mail mit Betreff öffnen
inviting-copy-text = Text kopieren
inviting-copy-link = Link kopieren
inviting-calendar = Kalenderdatei speichern
inviting-calendar-hint = Zum Anhängen an die Mail. Die meisten Kalender ändern damit den Eintrag, der schon da ist. Name und Anlass stehen nicht darin.
inviting-sms-count = { $count ->
    [one] Passt in eine SMS.
   *[other] Geht als { $count } SMS hinaus.
}
inviting-sms-open = Auf diesem Telefon schreiben
inviting-sheet-text = Ein Blatt zum Mitgeben: Termin, QR-Code und drei Schritte in großer Schrift. Es nennt keinen Namen.
inviting-sheet-text-hour = Ein Aushang für Empfang oder Wartezimmer: QR-Code und drei Schritte in großer Schrift.
inviting-print = Drucken
inviting-code-text = Mit der Kamera des Telefons abfotografieren.
inviting-code-image = QR-Code mit dem Link für den Gast
inviting-file = Videosprechstunde
inviting-file-cancelled = Videosprechstunde-abgesagt

phone-title = Telefon der Praxis
phone-lead = Gäste sehen diese Nummer, wenn etwas nicht klappt: auf ihrer Seite, in Einladungen und auf dem Ausdruck. Der Server kann sie nicht lesen.
phone-number = Telefonnummer
phone-hint = Zum Beispiel 030 1234567. Leer lassen, wenn keine gezeigt werden soll.
phone-wrong = Bitte nur Ziffern, Leerzeichen, Bindestriche und Schrägstriche; ganz vorn darf ein + stehen. 3 bis { $most } Zeichen.
phone-save = Nummer speichern
phone-saved = Gespeichert.
phone-conflict = Ein anderes Gerät hat gerade etwas geändert. Bitte sehen Sie noch einmal hin, und speichern Sie dann.
phone-failed = Das ließ sich nicht speichern. Bitte versuchen Sie es gleich noch einmal.

# How the practice invites.
inviting-open-new = Invite
inviting-open-moved = Tell the new time
inviting-open-reminder = Remind
inviting-open-cancelled = Tell them it is off
inviting-open-hour = Invite
inviting-title-new = Invite
inviting-title-moved = Tell the new time
inviting-title-reminder = Remind
inviting-title-cancelled = Tell them it is off
inviting-title-hour = Invite to the open consultation hour
inviting-when = { $day }, { $time }
inviting-part-companion = Link for the companion
inviting-part-interpreter = Link for the interpreter
inviting-part-colleague = Link for the colleague
inviting-language = Language
inviting-kind = Message
inviting-kind-new = Invitation
inviting-kind-moved = New time
inviting-kind-reminder = Reminder
inviting-way = By which way?
inviting-way-mail = Mail
inviting-way-sms = Text
inviting-way-sheet = Paper
inviting-way-code = QR code
inviting-subject = Subject
inviting-text = Text
inviting-mail = Open in the mail program
inviting-mail-long = This text is too long for some mail programs. Copy it, and paste it into the mail.
inviting-mail-empty = Open a mail with the subject
inviting-copy-text = Copy the text
inviting-copy-link = Copy the link
inviting-calendar = Save calendar file
inviting-calendar-hint = To attach to the mail. Most calendars change the entry that is already there by it. It names neither the person nor the reason.
inviting-sms-count = { $count ->
    [one] Fits into one text message.
   *[other] Goes out as { $count } text messages.
}
inviting-sms-open = Write on this phone
inviting-sheet-text = A sheet to take along: the time, a QR code and three steps in large type. It names nobody.
inviting-sheet-text-hour = A notice for the desk or the waiting room: a QR code and three steps in large type.
inviting-print = Print
inviting-code-text = Point the phone’s camera at it.
inviting-code-image = QR code with the link for the guest
inviting-file = Video consultation
inviting-file-cancelled = Video-consultation-cancelled

phone-title = The practice’s phone
phone-lead = Guests see this number when something does not work: on their page, in invitations and on paper. The server cannot read it.
phone-number = Phone number
phone-hint = For example 030 1234567. Leave it empty if none is to be shown.
phone-wrong = Please only digits, spaces, hyphens and slashes; a + may stand at the very front. 3 to { $most } characters.
phone-save = Save the number
phone-saved = Saved.
phone-conflict = Another device has just changed something. Please look again, and then save.
phone-failed = This could not be saved. Please try again in a moment.

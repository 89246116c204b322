# What guests get from their practice: mail, text message, calendar entry, sheet from the desk. None of it names the person or what it is about.
# Text messages have only characters that every phone counts like an a: no typographic quotation marks, no dashes but the hyphen.
invite-summary = Video consultation
invite-summary-cancelled = Cancelled: video consultation

invite-subject-new = Video consultation on { $date } at { $time }
invite-subject-moved = New time: video consultation on { $date } at { $time }
invite-subject-reminder = Reminder: video consultation on { $date } at { $time }
invite-subject-cancelled = Cancelled: video consultation on { $date } at { $time }
invite-subject-hour = Our open video consultation hour

invite-greeting = Hello,
invite-opening-new = { $part ->
    [companion] You are coming to our video consultation with somebody: on { $day } at { $time } ({ $zone }).
    [interpreter] You are interpreting in our video consultation: on { $day } at { $time } ({ $zone }).
    [colleague] You are joining our video consultation as a colleague: on { $day } at { $time } ({ $zone }).
   *[patient] Your video consultation is on { $day } at { $time } ({ $zone }).
}
invite-opening-moved = The video consultation has a new time: { $day } at { $time } ({ $zone }). The earlier one no longer holds. Your link has stayed the same.
invite-opening-reminder = A reminder: the video consultation is on { $day } at { $time } ({ $zone }).
invite-opening-cancelled = The video consultation on { $day } at { $time } does not take place. Its link no longer works.
invite-opening-hour = You can come to our open video consultation hour without an appointment. We will gladly tell you when it is open.
invite-link = Please open this link then:
invite-link-hour = Please open this link during that time:
invite-link-known = Please use the link that you already have from us.
invite-how = You need no program and no account, only an up-to-date browser with a camera and a microphone. The waiting room opens at { $opens }.
invite-how-hour = You need no program and no account, only an up-to-date browser with a camera and a microphone. You get a waiting room of your own: nobody else sees or hears you there. We see everybody in turn.
invite-check = Is your device ready? You can check it beforehand:
invite-private = The link is for you alone. Please do not pass it on.
invite-phone = If something does not work, call us: { $phone }
invite-phone-cancelled = For a new appointment please call us: { $phone }
invite-regards = Kind regards

invite-sms-new = { $practice }: video consultation on { $date } at { $time }. { $link }
invite-sms-new-short = Video consultation { $date } { $time }: { $link }
invite-sms-new-shortest = Video visit { $date } { $time }: { $link }
invite-sms-moved = { $practice }: the video consultation has a new time: { $date } at { $time }. The link is the same: { $link }
invite-sms-moved-short = New time: { $date } { $time }. { $link }
invite-sms-moved-shortest = New: { $date } { $time }: { $link }
invite-sms-reminder = { $practice }: a reminder of the video consultation on { $date } at { $time }. { $link }
invite-sms-reminder-short = Video consultation { $date } { $time }: { $link }
invite-sms-reminder-shortest = Video visit { $date } { $time }: { $link }
invite-sms-cancelled = { $practice }: the video consultation on { $date } at { $time } does not take place.
invite-sms-cancelled-short = The video consultation on { $date } at { $time } does not take place.
invite-sms-cancelled-shortest = Video visit { $date } { $time } cancelled.
invite-sms-moved-known = { $practice }: the video consultation has a new time: { $date } at { $time }. Your link stays the same.
invite-sms-reminder-known = { $practice }: a reminder of the video consultation on { $date } at { $time }. Please use the link that you already have.
invite-sms-hour = { $practice }: open video consultation hour, no appointment needed: { $link }
invite-sms-hour-short = Open video consultation: { $link }
invite-sms-hour-shortest = Video consultation: { $link }

sheet-title = Video consultation
sheet-title-hour = Open video consultation
sheet-lead = { $part ->
    [companion] You are coming to our consultation with somebody. With this sheet we talk together by video.
    [interpreter] You are interpreting in our consultation. With this sheet we talk together by video.
    [colleague] You are joining our consultation as a colleague. With this sheet we talk together by video.
   *[patient] We talk with each other by video. You need no program and no account.
}
sheet-lead-hour = Come to us by video without an appointment, during our open video consultation hour.
sheet-time = { $time }
sheet-code = QR code with the link to the video consultation
sheet-steps = How it works
sheet-scan = At the time of your appointment open your phone’s camera. Point it at the square. Tap the link that appears.
sheet-scan-hour = Open your phone’s camera. Point it at the square. Tap the link that appears.
sheet-name = Enter your name. Allow camera and microphone.
sheet-wait = Stay on the page. We will let you in.
sheet-opens = The waiting room opens at { $opens }.
sheet-trouble = It does not work?
sheet-trouble-text = Close the page, and point your camera at the square once more.
sheet-trouble-call = If that does not help, please call us:
sheet-trouble-practice = If that does not help, please get in touch with the practice.
sheet-private = This sheet is for you alone: the square leads into your waiting room. The conversation goes encrypted from device to device and is not recorded.
sheet-private-hour = You wait on your own: nobody else sees or hears you. The conversation goes encrypted from device to device and is not recorded.

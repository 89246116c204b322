# What is done at the desk and in consultations: the waiting room, the days, further people, the open consultation hour.
wait-title = Waiting room
wait-nobody = Nobody is waiting right now.
wait-talked = Talking on other devices
wait-tell-all = Write to all
wait-tell = Write
wait-hand-over = Hand over
wait-more = More about { $name }
wait-held = on hold
wait-just-now = just arrived
wait-since = waiting { $minutes } min
wait-told = message { $time }
wait-relay-missing = Your practice connects through the relay only, and your provider has none at present. In the settings you can change the way.
wait-appointment = appointment { $time }
wait-device = at { $device }
wait-device-unknown = another device
wait-quality-good = good connection
wait-quality-fair = fair connection
wait-quality-poor = weak connection
wait-quality-unknown = connected
wait-consent-none = no consent
wait-consent-given = consent given
wait-consent-refused = no consent given
wait-consent-revoked = consent taken back
wait-consent-part = consent partly taken back
wait-join = Bring in
wait-hang-up-next = Hang up, next
wait-hold-next = Hold, next
wait-unattended = No doctor’s device is connected right now. Whoever comes waits unnoticed until the practice page is open there.
wait-blind = This device was added before there was a common waiting list. Add it anew, and it shows who waits at the other devices, too.

part-patient = Patient
part-companion = Companion
part-interpreter = Interpreter
part-colleague = Colleague

tell-title = Message to { $name }
tell-title-all = { $count ->
    [one] Message to the waiting room
   *[other] Message to all { $count } who wait
}
tell-text = It appears in the waiting room, large and without a sound. A click on a sentence sends it.
tell-ready-minutes = It will take about { $minutes } more minutes. Thank you for your patience.
tell-ready-next = You are next.
tell-ready-back = I am needed for a moment and will be with you shortly.
tell-own = Or in your own words
tell-send = Send
tell-failed = That did not arrive: nobody is waiting there any more, or the other device cannot be reached.
tell-some = That reached only { $count }. Who is missing does not wait any more, or cannot be reached.

hand-over-title = Hand over { $name }
hand-over-text = The person stays in the waiting room and is asked nothing again. The other device takes over.
hand-over-nobody = There is no other device for consultations. You can add one in the settings.
hand-over-there = connected
hand-over-away = not there right now

day-before = One day back
day-after = One day on
day-today = Today
day-choose = Choose a day
search = Find an appointment
search-found = { $count ->
    [0] Nothing found.
    [one] One appointment found.
   *[other] { $count } appointments found.
}
search-many = More than { $count } found, these are the first.
search-where = Notes and names are searched, today and in the next { $days } days.
day-ahead = The next days
day-nothing = Nothing is planned for this day.
side-today = Still today

item-more = Link and more
item-at = at { $device }
item-handed = for { $device }
item-people = People
item-note = Note
item-series = Belongs to a series
item-of-hour = Came to the open consultation hour, without an appointment.
note-title = Change the note
note-save = Save the note
cancel-series = { $count ->
    [one] Cancel the following one of the series, too
   *[other] Cancel the following { $count } of the series, too
}
reply-late = Comes { $minutes } minutes later (said at { $time }).
reply-cancel = Will not come (said at { $time }).
reply-accept = Cancel the appointment

form-more = Further people, repeat, link
form-second = Second person
form-third = Third person
form-nobody = nobody
form-repeat = Repeat
form-repeat-not = do not repeat
form-repeat-weekly = every week
form-repeat-two-weekly = every two weeks
form-repeat-four-weekly = every four weeks
form-repeat-count = How many appointments?
form-repeat-hint = Always at the same time of day. Each appointment has a link of its own.

people-title = Who comes into the conversation?
people-text = Each person has a link of their own and is let in one by one.
people-part = Who is to come, too?
people-add = Make a link
people-remove = Take back: { $part }
people-full = A conversation has room for three guests at most.
people-not-here = The links of this appointment are not on this device.

hour-title = Open consultation hour
hour-text = A lasting link, for example for your website or as a notice. Whoever opens it while the hour is open comes into the waiting room: one after the other, each person in a room of their own.
hour-create = Make the link
hour-open-until = Open until { $time }
hour-closed = Closed
hour-until = Open until
hour-until-wrong = Please a time within the next twelve hours.
hour-open = Open
hour-close = Close
hour-link = Link of the open consultation hour
hour-renew = New link
hour-renew-title = Make a new link?
hour-renew-text = The present one then leads nowhere any more, not from your website or a notice either.
hour-renew-sure = Make a new link

console-notices = System notification when somebody waits
console-notices-blocked = Your browser allows no notifications for this page. You can change that beside the address.
notice-title = Somebody is waiting
notice-text = In the waiting room of your video consultation.

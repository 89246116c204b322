# Camera, microphone, speakers.
media-camera = Camera
media-microphone = Microphone
media-speaker = Speaker
media-default = The system’s choice
media-level = Loudness of the microphone
media-level-hint = Say something: the bar should move.
media-speaker-test = Play a test sound
media-speaker-question = Do you hear three notes? If not, please turn up the volume.
media-noise = Suppress background noise
media-noise-hint = Switch it off where breath, heart or soft tones are to be heard.

help-without-camera = Continue without camera
help-without = Only listen and write
help-phone = Call the practice:
help-copy-link = Copy link

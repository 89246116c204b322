# Camera, microphone, speakers.
media-camera = Camera
media-microphone = Microphone
media-speaker = Speaker
media-default = The system’s choice
media-level = Loudness of the microphone
media-level-hint = Say something: the bar should move.
media-speaker-test = Play a test sound
media-speaker-question = Do you hear three notes? If not, please turn up the volume.

media-trouble-denied = { $what ->
    [camera] The camera is blocked for this page.
    [microphone] The microphone is blocked for this page.
   *[both] Camera and microphone are blocked for this page.
}
media-trouble-no-device = { $what ->
    [camera] No camera was found.
    [microphone] No microphone was found.
   *[both] Neither a camera nor a microphone was found.
}
media-trouble-in-use = { $what ->
    [camera] The camera is in use by another program.
    [microphone] The microphone is in use by another program.
   *[both] Camera and microphone are in use by another program.
}
media-trouble-insecure = Camera and microphone need a secure connection.
media-trouble-unsupported = This browser can’t open camera and microphone.
media-trouble-failed = { $what ->
    [camera] The camera could not be switched on.
    [microphone] The microphone could not be switched on.
   *[both] Camera and microphone could not be switched on.
}

media-advice-no-device = { $what ->
    [camera] Plug in a camera, or go on without: you can still hear and speak.
    [microphone] Plug in a microphone or a headset. Without one you can see, hear and write.
   *[both] Plug in a camera and a microphone. Without them you can see, hear and write.
}
media-advice-in-use = Close other video programs and try again.
media-advice-insecure = The address above has to begin with https://. Please open your practice’s link once more.
media-advice-unsupported = Please use a current browser: Chrome, Edge, Firefox or Safari.
media-advice-failed = Unplug the device and plug it in again, or restart the browser. Then try again.

media-help-chrome-desktop = Click the symbol in front of the address, set camera and microphone to “Allow”, and try again.
media-help-edge-desktop = Click the lock in the address bar, then “Permissions for this site”. Set camera and microphone to “Allow”, and try again.
media-help-firefox-desktop = Click the crossed-out camera or microphone in the address bar, remove the block with its ×, and try again.
media-help-safari-desktop = In the menu above choose “Safari”, then “Settings for This Website”. Set camera and microphone to “Allow”, and try again.
media-help-chrome-android = Tap the symbol in front of the address, then “Permissions”. Allow camera and microphone, and try again.
media-help-firefox-android = Tap the lock in front of the address. Allow camera and microphone, and try again.
media-help-ios-safari = Tap the page symbol beside the address, then “Website Settings”. Set camera and microphone to “Allow”, and try again.
media-help-ios-other = Open the settings of your device, look for this browser there, and switch camera and microphone on. Or open the link in Safari.
media-help-other = Allow camera and microphone for this page in your browser’s settings, and try again.

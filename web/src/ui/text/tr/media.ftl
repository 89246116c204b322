# Kamera, mikrofon, hoparlör.
media-camera = Kamera
media-microphone = Mikrofon
media-speaker = Hoparlör
media-default = Sistemin seçimi
media-level = Mikrofonun ses düzeyi
media-level-hint = Bir şey söyleyin: Çubuk hareket etmelidir.
media-speaker-test = Deneme sesi çal
media-speaker-question = Üç ses duyuyor musunuz? Duymuyorsanız lütfen sesi açın.
media-noise = Arka plan gürültüsünü bastır
media-noise-hint = Nefes, kalp ya da hafif seslerin duyulması gerekiyorsa kapatın.

help-without-camera = Kamera olmadan devam et
help-without = Kamera ve mikrofon olmadan devam et
help-phone = Muayenehaneyi arayın:

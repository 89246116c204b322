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
help-without = Yalnızca dinle ve yaz
help-phone = Muayenehaneyi arayın:
help-copy-link = Bağlantıyı kopyala

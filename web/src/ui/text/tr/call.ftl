# Görüşme.
call-with = { $name } ile görüşme
call-connected = { $name } ile bağlandınız.
call-duration = Süre { $time }
call-connection = Bağlantı ve güvenlik

call-path-direct = Doğrudan
call-path-relayed = Ara istasyon üzerinden
call-path-direct-explained = Görüntü ve ses, sizin cihazınızdan diğerine aracısız gider.
call-path-relayed-explained = Verileri muayenehanenizin bir istasyonu iletir. Veriler şifrelidir: İstasyon onları ne dinleyebilir ne okuyabilir.
call-safety-code = Güvenlik kodu
call-safety-explained = Altı rakamı birbirinize okuyun. Aynıysa arada kimse yoktur: Bu görüşmeyi yalnızca siz ve { $name } görür ve duyar.
call-quality-good = Bağlantı iyi
call-quality-fair = Bağlantı biraz zayıf
call-quality-poor = Bağlantı zayıf
call-quality-cause-none = Görüntü ve ses iyi geliyor.
call-quality-cause-loss = Verilerin bir kısmı yolda kayboluyor. Wi-Fi cihazına yaklaşınca ya da ağ kablosuyla çoğunlukla düzelir.
call-quality-cause-delay = Görüntü ve ses geç geliyor. Yanıt için birbirinize biraz daha zaman tanıyın.
call-quality-cause-bandwidth = Ağ şu anda yavaş. Diğer indirmeleri durdurun ya da kameranızı kapatın.

call-their-camera = { $name } adlı kişinin görüntüsü
call-their-screen = { $name } ekranını gösteriyor
call-camera-is-off = Kamera kapalı
call-microphone-is-off = Mikrofon kapalı
call-own-picture = Kendi görüntünüz: başka köşeye taşı
call-own-camera-off = Kameranız kapalı
call-camera-opens = Kamera açılıyor …
call-sharing = Ekranınızı gösteriyorsunuz
call-stop-sharing = Bitir
call-hear = Duymak için dokunun

call-interrupted = Bağlantı kesildi
call-coming-back = { $name } birazdan geri dönecek
call-mending = Bağlantıyı kendiliğinden yeniden kuruyoruz. Lütfen bu sayfada kalın.
call-own-network = Cihazınızın şu anda interneti yok. Geri gelir gelmez görüşme sürer.
call-interrupted-since = { $time } süredir

call-controls = Görüşmeyi yönet
call-microphone = Mikrofon
call-mute = Mikrofonu sessize al
call-camera = Kamera
call-camera-off = Kamerayı kapat
call-screen = Ekran
call-share = Ekranı göster
call-chat = Mesaj
call-chat-unread = { $count ->
    [one] Mesajlar, bir yeni mesaj
   *[other] Mesajlar, { $count } yeni mesaj
}
call-devices = Cihazlar
call-fullscreen = Tam ekran
call-small-window = Pencere
call-hang-up = Kapat
call-leaving-title = Dosyalar henüz kaydedilmedi
call-leaving-text = { $count ->
    [one] Bir dosyayı henüz kaydetmediniz. Görüşmeyi kapattıktan sonra da bu sayfa açık olduğu sürece kaydedebilirsiniz.
   *[other] { $count } dosyayı henüz kaydetmediniz. Görüşmeyi kapattıktan sonra da bu sayfa açık olduğu sürece kaydedebilirsiniz.
}

call-panel = Mesajlar ve dosyalar
call-messages = Mesajlar
call-files = Dosyalar
call-chat-empty = Burada yazdıklarınızı yalnızca karşınızdaki kişi okur. Görüşmeden sonra silinir.
call-from-me = Siz yazdınız:
call-from-peer = Karşınızdaki yazdı:
call-seen = Okundu
call-sent = Gönderildi
call-write = Mesaj yazın
call-send = Gönder
call-read = Yeni mesajı oku: { $name }
call-new-message = Yeni mesaj: { $name }
call-too-long = Mesaj çok uzun: { $length } karakter, en fazla { $most } olabilir.
call-not-sent = Bu şu anda gönderilemedi. Lütfen birazdan tekrar deneyin.

call-attach = Dosya gönder
call-drop = Göndermek için bırakın: { $name }
call-file-too-large = { $name } çok büyük. En fazla { $most } gönderilebilir.
call-file-not-now = { $name } şu anda gönderilemiyor. Lütfen diğer dosyalar ulaşana kadar bekleyin.
call-file-cancel = İptal et: { $name }
call-file-progress = İlerleme: { $name }
call-file-save = Kaydet: { $name }
call-file-save-short = Kaydet
call-file-saved = Kaydedildi
call-file-offered-me = bekliyor
call-file-offered-peer = birazdan geliyor
call-file-sending = % { $share } gönderildi
call-file-receiving = % { $share } alındı
call-file-done-me = ulaştı
call-file-done-peer = tamamlandı
call-file-refused-too-large = alıcı için çok büyük
call-file-refused-declined = kabul edilmedi
call-file-refused-no-space = alıcıda yer yok
call-file-cancelled-me = siz iptal ettiniz
call-file-cancelled-peer = karşı taraf iptal etti
call-file-failed-connection = yarıda kaldı: bağlantı koptu
call-file-failed-damaged = bozuk ulaştı, lütfen yeniden gönderin
call-file-failed-read = dosya okunamadı
call-file-failed-write = dosya buraya kaydedilemedi

# Görüşme.
call-with = { $name } ile görüşme
call-connected = { $name } ile bağlandınız.
call-duration = Süre { $time }
call-connection = Bağlantı ve güvenlik
call-facts-title = Bağlantı ve güvenlik. Kayıt yok: Visite kayıt yapamaz.

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
call-move-picture = Görüntüyü başka köşeye taşı: { $name }
call-own-camera-off = Kameranız kapalı
call-camera-opens = Kamera açılıyor …
call-sharing = Ekranınızı gösteriyorsunuz
call-stop-sharing = Bitir
call-hear = Duymak için dokunun

call-interrupted = Bağlantı kesildi
call-coming-back = { $name } birazdan geri dönecek
call-mending = Bağlantıyı kendiliğinden yeniden kuruyoruz. Lütfen bu sayfada kalın.
call-own-network = Cihazınızın şu anda interneti yok. Geri gelir gelmez görüşme sürer.
call-other-away = Karşı tarafın interneti kesildi ya da sayfası kapandı. Geri gelir gelmez görüşme kendiliğinden sürer.
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
call-small-window-label = Kendi küçük penceresi
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
call-files-to-practice = Gönderdiğiniz dosyaları yalnızca muayenehane alır.
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

call-more = Diğer
call-on = açık
call-off = kapalı
call-people = Kişiler
call-people-hint = Aynı anda iki kişi büyük kalabilir, örneğin hekim ve tercüman.
call-part-practice = muayenehane
call-part-patient = hasta
call-part-companion = refakatçi
call-part-interpreter = tercüman
call-part-colleague = meslektaş
call-state-connecting = bağlanıyor
call-state-interrupted = bağlantı kesildi
call-person-connecting = { $name } bağlanıyor …
call-person-interrupted = Bağlantı kesildi: { $name }. Kendiliğinden geri gelecek.
call-also-here = Görüşmedeki diğer kişiler: { $names }
call-remove = Görüşmeden çıkar: { $name }
call-remove-sure = Gerçekten çıkar
call-you = Siz
call-pin = Büyük göster: { $name }
call-pin-short = Büyük
call-pin-next = Sonraki kişiyi büyük göster
call-swap = Görüntüleri değiştir
call-view-speaker = Konuşan büyük
call-own-see = Kendi görüntünü gör
call-own-hide = Kendi görüntünü gizle
call-own-show = Kendi görüntünü göster
call-said-pinned = Büyük gösterilen: { $names }
call-said-no-pin = Sabitlenen kimse yok.
call-said-view-grid = Herkes aynı büyüklükte.
call-said-view-speaker = Konuşan kişi büyük gösteriliyor.
call-said-own-hidden = Kendi görüntünüz gizlendi. Diğerleri sizi görmeye devam eder.
call-said-own-shown = Kendi görüntünüz gösteriliyor.
call-said-microphone-on = Mikrofonunuz açık.
call-said-microphone-off = Mikrofonunuz kapalı.
call-said-camera-on = Kameranız açık.
call-said-camera-off = Kameranız kapalı.
call-said-screen-off = Ekranınız gösterilmiyor.

call-weak = Bağlantı zayıf olduğu için görüntüye ara verildi. Ses sürüyor.
call-own-paused = Bağlantınız zayıf olduğu için görüntünüze ara verildi. Sesiniz duyulmaya devam ediyor; görüntü kendiliğinden geri gelir.
call-own-paused-short = Görüntünüze ara verildi
call-save-data = Veri tasarrufu: daha küçük görüntü
call-unplugged-microphone = Mikrofonunuz artık bağlı değil. Şimdi kullanılan: { $now }.
call-unplugged-camera = Kameranız artık bağlı değil. Şimdi kullanılan: { $now }.
call-unplugged-speaker = Hoparlörünüz artık bağlı değil. Şimdi kullanılan: { $now }.
call-unplugged-choose = Cihaz seç

call-encrypted = Cihazdan cihaza şifreli
call-encrypted-explained = Görüntüyü, sesi, mesajları ve dosyaları yalnızca bu görüşmede olanlar görebilir. Muayenehanenin sunucusu bile göremez.
call-no-recording = Kayıt yok
call-no-recording-explained = Visite kayıt yapamaz: Bu programda iki tarafta da bunun için bir şey yoktur.
call-round-trip = gidiş dönüş { $time } ms
call-code-same = Rakamlar aynıydı
call-code-was-same = Karşılaştırıldı: aynı

call-shortcuts = Klavye kısayolları
call-shortcuts-on = Klavye kısayollarını kullan
call-shortcuts-hint = Siz yazarken çalışmazlar. Sesli kumanda ya da başka bir yardımcı araç bunları tetikliyorsa kapatın.

call-notes = Notlar
call-notes-hint = Bu yalnızca bu sayfada kalır: Gönderilmez ve saklanmaz. Görüşmeden sonra silinir.
call-notes-save = Metin olarak kaydet
call-notes-left = Görüşme bitti. Bu sayfadan ayrılmadan önce notlarınızı kopyalayın ya da kaydedin.
call-leaving-notes-title = Notlarınız silinecek
call-leaving-notes-text = Görüşmeyi kapatınca notlarınız silinir. Gerekiyorsa önce kopyalayın ya da kaydedin.
call-hang-up-and-forget = Kapat ve notları sil

call-hold = Beklet
call-hold-label = Beklet: bekleme odasına geri
call-photo = Fotoğraf
call-photo-label = Fotoğraf iste
photo-title = Fotoğraf iste
photo-explained = { $name } kişisine sorulur ve görüntüyü önce o görür. Fotoğraf kameranın tam çözünürlüğüyle gelir ve doğrudan diskinize kaydedilir.
photo-no-consent = Fotoğraflar için onay yok
photo-no-consent-text = { $name } fotoğraf gönderilmesine onay vermedi.
photo-choose-place = Yer seç …
photo-request = Fotoğraf iste
photo-withdraw = Geri al
photo-file = Fotoğraf
photo-saved = { $name } ({ $size }) kaydedildi.
photo-not-saved = { $name } ({ $size }) oraya kaydedilemedi. Bu görüşmenin dosyaları arasında duruyor.
photo-practice-asked = Soruluyor: { $name } …
photo-practice-sending = Fotoğraf geliyor …
photo-practice-refused = { $name } şimdi fotoğraf göndermek istemiyor.
photo-practice-withdrawn = İsteğinizi geri aldınız. Fotoğraf gelmeyecek.
photo-practice-failed = Bu olmadı. Bir daha sorabilirsiniz.
photo-practice-came = Fotoğraf geldi.
photo-question = { $name } bir fotoğraf rica ediyor
photo-what = Kameranız tam çözünürlükte tek bir görüntü çeker. Gönderilmeden önce onu görürsünüz. Onu yalnızca { $name } alır ve orada saklanır. İçinde yer ve saat bilgisi yoktur.
photo-advice = Gösterilecek yeri ışığa, kamerayı sabit tutun.
photo-camera-off = Kameranız kapalı. Fotoğraf için gösterdiğini önce yalnızca siz görürsünüz.
photo-camera-on = Kamerayı aç
photo-take = Fotoğraf çek
photo-yours = Fotoğrafınız
photo-look = Bu sizin fotoğrafınız. { $name } onu ancak “Gönder” düğmesine bastığınızda alır.
photo-again = Bir daha
photo-send = Gönder
photo-discard = Gönderme
photo-refuse = Şimdi değil
photo-progress = Fotoğrafın ilerlemesi
photo-guest-taking = Lütfen kıpırdamayın …
photo-guest-sending = Fotoğraf gönderiliyor …
photo-guest-withdrawn = { $name } artık fotoğrafa ihtiyaç duymuyor. Hiçbir şey gönderilmedi.
photo-guest-failed = Fotoğraf olmadı. Hiçbir şey gönderilmedi.
photo-guest-came = { $name } fotoğrafı aldı.

receipt-title = Bu görüşmenin belgesi
receipt-title-with = Belge: { $name } ile görüşme
receipt-dismiss = Kaldır
receipt-file = Belge
receipt-practice = Muayenehane
receipt-time = Zaman
receipt-span = { $day }, { $begin } – { $end } { $zone }
receipt-length = Süre
receipt-people = Katılanlar
receipt-path = Verilerin yolu
receipt-unknown = bilinmiyor
receipt-encryption = Şifreleme
receipt-encrypted = cihazdan cihaza ({ $suites })
receipt-encrypted-plain = cihazdan cihaza
receipt-code = Güvenlik kodu
receipt-code-compared = karşılaştırıldı: aynı
receipt-code-not-compared = karşılaştırılmadı
receipt-agreed = Onay
receipt-agreed-not-asked = istenmedi
receipt-agreed-refused = verilmedi
receipt-agreed-yes = { $item }: onay verildi
receipt-agreed-no = { $item }: onay verilmedi
receipt-agreed-revoked = { $item }: onay verildi, sonra geri çekildi
receipt-files = Dosyalar ve fotoğraflar
receipt-no-files = yok
receipt-file-me = { $kind ->
    [photo] fotoğraf, gönderildi: { $name } ({ $size })
   *[file] gönderildi: { $name } ({ $size })
}
receipt-file-peer = { $kind ->
    [photo] fotoğraf, alındı: { $name } ({ $size })
   *[file] alındı: { $name } ({ $size })
}
receipt-recording = Kayıt
receipt-recording-none = yok: Visite kayıt yapamaz
receipt-note = Bu belgeyi tarayıcınız hazırladı. Adlar, herkesin kendini adlandırdığı gibidir. Belge başka hiçbir yerde saklanmaz ve bu sayfayla birlikte silinir.
receipt-save-pdf = PDF olarak kaydet
receipt-save-text = Metin olarak kaydet
receipt-save-failed = PDF oluşturulamadı. Belgeyi metin olarak kaydedin ya da tekrar deneyin.

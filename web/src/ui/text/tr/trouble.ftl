# Camera or microphone does not open. The names of buttons are the browsers’ own.
media-trouble-denied = { $what ->
    [camera] Kamera bu sayfa için engellenmiş.
    [microphone] Mikrofon bu sayfa için engellenmiş.
   *[both] Kamera ve mikrofon bu sayfa için engellenmiş.
}
media-trouble-no-device = { $what ->
    [camera] Kamera bulunamadı.
    [microphone] Mikrofon bulunamadı.
   *[both] Kamera ve mikrofon bulunamadı.
}
media-trouble-in-use = { $what ->
    [camera] Kamerayı şu anda başka bir program kullanıyor.
    [microphone] Mikrofonu şu anda başka bir program kullanıyor.
   *[both] Kamerayı ve mikrofonu şu anda başka bir program kullanıyor.
}
media-trouble-insecure = Kamera ve mikrofon yalnızca güvenli bir bağlantıyla çalışır.
media-trouble-unsupported = Bu tarayıcı kamerayı ve mikrofonu açamıyor.
media-trouble-failed = { $what ->
    [camera] Kamera açılamadı.
    [microphone] Mikrofon açılamadı.
   *[both] Kamera ve mikrofon açılamadı.
}

media-trouble-ignored = { $what ->
    [camera] Kameraya henüz izin verilmedi: Tarayıcınızın sorusu yanıtsız kaldı.
    [microphone] Mikrofona henüz izin verilmedi: Tarayıcınızın sorusu yanıtsız kaldı.
   *[both] Kameraya ve mikrofona henüz izin verilmedi: Tarayıcınızın sorusu yanıtsız kaldı.
}
media-trouble-denied-by-system = { $what ->
    [camera] Cihazınız tarayıcının kamerayı kullanmasına izin vermiyor.
    [microphone] Cihazınız tarayıcının mikrofonu kullanmasına izin vermiyor.
   *[both] Cihazınız tarayıcının kamerayı ve mikrofonu kullanmasına izin vermiyor.
}
media-trouble-in-app = { $program ->
    [none] Bu sayfa başka bir uygulamanın içinde açık. Kamera ve mikrofon orada çalışmaz.
   *[other] Bu sayfa { $program } uygulamasının içinde açık. Kamera ve mikrofon orada çalışmaz.
}

help-chrome-desktop-1 = Yukarıda, adresin solundaki simgeye tıklayın.
help-chrome-desktop-2 = Orada kamerayı ve mikrofonu açın.
help-edge-desktop-1 = Yukarıda adresin önündeki kilide, sonra “Bu sitenin izinleri” seçeneğine tıklayın.
help-edge-desktop-2 = Kamera ve mikrofon için “İzin ver” seçeneğini seçin.
help-firefox-desktop-1 = Yukarıda, adresin önündeki üstü çizili kameraya ya da üstü çizili mikrofona tıklayın.
help-firefox-desktop-2 = Engeli × ile kaldırın.
help-safari-desktop-1 = En yukarıda “Safari”ye, sonra bu web sitesinin “Ayarlar” seçeneğine tıklayın.
help-safari-desktop-2 = Kamera ve mikrofon için “İzin Ver” seçeneğini seçin.
help-chrome-android-1 = Adresin solundaki simgeye, sonra “İzinler”e dokunun.
help-chrome-android-2 = Kamerayı ve mikrofonu açın.
help-firefox-android-1 = Adresin önündeki kilide dokunun.
help-firefox-android-2 = Kamerayı ve mikrofonu “İzin verildi” yapın.
help-safari-ios-1 = Adres satırının solundaki küçük simgeye dokunun. Sonra “Web Sitesi Ayarları”na; bu bazen üç noktanın arkasındadır.
help-safari-ios-2 = Kamera ve mikrofon için “İzin Ver” seçeneğini seçin.
help-safari-ios-aa-1 = Adres satırındaki “aA” simgesine, sonra “Web Sitesi Ayarları”na dokunun.
help-safari-ios-aa-2 = Kamera ve mikrofon için “İzin Ver” seçeneğini seçin.
help-other-ios-1 = Cihazınızın ayarlarını açın. Orada “{ $browser }” uygulamasını bulun; yeni cihazlarda “Uygulamalar”ın altındadır.
help-other-ios-2 = Orada kamerayı ve mikrofonu açın.
help-other-1 = Tarayıcınızın ayarlarında bu sayfanın kamerayı ve mikrofonu kullanmasına izin verin.
help-system-windows-1 = Windows ayarlarını, sonra “Gizlilik ve güvenlik” ve içinde “Kamera”yı açın. Sonra aynı şekilde “Mikrofon”u.
help-system-windows-2 = Hepsini açın; en alttaki masaüstü uygulamaları erişimini de.
help-system-macos-1 = Sistem Ayarları’nı, sonra “Gizlilik ve Güvenlik” ve içinde “Kamera”yı açın. Sonra aynı şekilde “Mikrofon”u.
help-system-macos-2 = Orada “{ $browser }” uygulamasını açın. Sonra tarayıcının yeniden başlaması gerekir; ardından bağlantınızı bir kez daha açın.
help-system-android-1 = Cihazınızın ayarlarını, sonra “Uygulamalar”, “{ $browser }” ve “İzinler”i açın.
help-system-android-2 = Kameraya ve mikrofona izin verin. Bazı cihazlarda, yukarıdan aşağı çekilen panelde bunun için bir düğme de vardır.
help-system-ios-1 = Cihazınızın ayarlarını açın. Orada “{ $browser }” uygulamasını bulun; yeni cihazlarda “Uygulamalar”ın altındadır.
help-system-ios-2 = Orada kameraya ve mikrofona izin verin.
help-system-other-1 = Cihazınızın ayarlarında tarayıcınızın kamerayı ve mikrofonu kullanmasına izin verin.
help-ignored-1 = Tekrar deneyin. Tarayıcınız o zaman sorar: “İzin ver” seçeneğini seçin.
help-no-device-desktop-1 = { $what ->
    [camera] Bir kamera takın. Kamera olmadan da duyabilir ve konuşabilirsiniz.
    [microphone] Bir mikrofon ya da mikrofonlu kulaklık takın. Mikrofon olmadan görebilir, duyabilir ve yazabilirsiniz.
   *[both] Bir kamera ve bir mikrofon takın. Bunlar olmadan görebilir, duyabilir ve yazabilirsiniz.
}
help-no-device-desktop-2 = Bazı dizüstü bilgisayarlarda bunun için bir kapak, bir anahtar ya da bir tuş da vardır.
help-no-device-phone-1 = Cihazınızı kapatıp yeniden açın, sonra bağlantınızı bir kez daha açın.
help-in-use-desktop-1 = Görüntü kullanan diğer programları ve bu sayfanın açık olduğu diğer pencereleri kapatın.
help-in-use-desktop-2 = İşe yaramazsa tarayıcıyı yeniden başlatın.
help-in-use-phone-1 = Süren bir telefon görüşmesini ve kamerayı kullanan diğer uygulamaları kapatın.
help-in-use-phone-2 = İşe yaramazsa tarayıcıyı tamamen kapatın ve bağlantınızı bir kez daha açın.
help-failed-desktop-1 = Cihazı çıkarın ve yeniden takın.
help-failed-desktop-2 = İşe yaramazsa tarayıcıyı yeniden başlatın.
help-failed-phone-1 = Tarayıcıyı tamamen kapatın ve bağlantınızı bir kez daha açın.
help-failed-phone-2 = Güç tasarrufu modu açıksa lütfen kapatın.
help-insecure-1 = Yukarıdaki adres https:// ile başlamalıdır. Lütfen muayenehanenizin bağlantısını bir kez daha açın.
help-needs-safari-1 = Bu cihazda yalnızca Safari ile olur. Bağlantınızı kopyalayın.
help-needs-safari-2 = Safari’yi açın ve parmağınızı adres satırına basılı tutun. “Yapıştır”ı seçin.
help-outdated-1 = Bağlantınızı kopyalayın.
help-outdated-2 = Güncel bir tarayıcı açın, örneğin Chrome, Edge, Firefox ya da Safari. Bağlantıyı yukarıdaki adres satırına yapıştırın.
help-lockdown-ios-1 = Cihazınızda “Kilitleme Modu” (Lockdown Mode) açık olabilir. Öyleyse adres satırının solundaki küçük simgeye, sonra “Web Sitesi Ayarları”na dokunun. Orada bu sayfa için kapatın.
help-lockdown-ios-2 = İşe yaramazsa bağlantınızı kopyalayın ve başka bir cihazda, örneğin bir bilgisayarda açın.
help-in-app-ios-1 = Bağlantınızı kopyalayın.
help-in-app-ios-2 = Safari’yi açın ve parmağınızı adres satırına basılı tutun. “Yapıştır”ı seçin.
help-in-app-other-1 = Bağlantınızı kopyalayın.
help-in-app-other-2 = Tarayıcınızı açın, örneğin Chrome, ve parmağınızı adres satırına basılı tutun. “Yapıştır”ı seçin.

help-sound-only = Yalnızca sesle devam et

incapable-insecure = Bu sayfa güvenli biçimde yüklenmedi
incapable-unsupported = Görüntülü muayene bu tarayıcıda çalışmıyor
incapable-text = Bunun nedeni siz değilsiniz. Şöyle yapabilirsiniz:

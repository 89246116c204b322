# الكاميرا والميكروفون ومكبّر الصوت.
media-camera = الكاميرا
media-microphone = الميكروفون
media-speaker = مكبّر الصوت
media-default = اختيار النظام
media-level = مستوى صوت الميكروفون
media-level-hint = عند التحدث يجب أن يتحرك الشريط.
media-speaker-test = تشغيل صوت تجريبي
media-speaker-question = هل تسمع ثلاث نغمات؟ إن لم يكن كذلك، يُرجى رفع مستوى الصوت.
media-noise = تخفيف ضوضاء الخلفية
media-noise-hint = يُرجى إيقافه إذا كان المطلوب سماع التنفس أو القلب أو الأصوات الخافتة.

help-without-camera = المتابعة بدون كاميرا
help-without = الاستماع والكتابة فقط
help-phone = الاتصال بالعيادة هاتفياً:
help-copy-link = نسخ الرابط

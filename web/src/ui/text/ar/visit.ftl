# طريق المريض: الرابط، الفحص، غرفة الانتظار، النهاية.
visit-title-in-call = حان دورك
visit-appointment = موعدك للاستشارة عبر الفيديو
visit-appointment-with = استشارة عبر الفيديو: { $practice }
visit-when = { $day }، الساعة { $time }

asking-offline-title = لا يوجد اتصال بالإنترنت
asking-offline-text = يُرجى التحقق من شبكة Wi-Fi أو بيانات الهاتف.
asking-unavailable-title = الخادم لا يستجيب حالياً
asking-unavailable-text = الخلل ليس من جانبك. لا يستغرق الأمر عادةً سوى لحظات.
asking-slow-down-title = محاولات كثيرة من شبكتك
asking-slow-down-text = فُتحت من شبكتك قبل قليل روابط كثيرة غير صالحة. يُرجى الانتظار قليلاً.
asking-again = سنعيد المحاولة تلقائياً.

early-title = ما زال الوقت مبكراً
early-text = تُفتح غرفة الانتظار يوم { $day } الساعة { $time }.
early-days = { $count ->
    [zero] أقل من يوم
    [one] بقي يوم واحد
    [two] بقي يومان
    [few] بقيت { $count } أيام
    [many] بقي { $count } يوماً
   *[other] بقي { $count } يوم
}
early-stay = يُرجى إبقاء هذه الصفحة مفتوحة، وسيتابع كل شيء تلقائياً.
early-come-back = يُرجى فتح الرابط مرة أخرى في يوم الموعد.
early-check = فحص الكاميرا والصوت منذ الآن
early-check-text = يستغرق عشر ثوانٍ ويُفتح في نافذة جديدة.

consent-verified = { $practice } – تم التحقق
consent-verified-explained = هذا الرابط يعود فعلاً إلى هذه العيادة: لقد تحقق متصفحك من التوقيع الرقمي.
consent-as = الدخول باسم { $name }
consent-as-signed = تم توقيع موافقتك. تُرسل إلى { $practice } فور توصيلك.
consent-as-guardian = تم توقيع الموافقة عن طفلك. تُرسل إلى { $practice } فور توصيلك.
consent-as-unsigned = لم توقّع أي موافقة.

check-name = اسمك
check-name-hint = لا يعرف اسمك أحد سوى العيادة.
check-name-missing = يُرجى إدخال اسمك.
check-alone = يُرجى اختيار مكان هادئ لا يسمعك فيه أحد.
check-child = ينبغي أن يكون طفلك معك أثناء المحادثة. يُرجى الجلوس بحيث تظهران معاً في الصورة.
check-private = المحادثة مشفّرة. لا يراها ولا يسمعها غيرك وغير { $practice }، ولا يُسجَّل أي شيء.
check-way-never = تنتقل الصورة والصوت مباشرةً من جهازك إلى العيادة.
check-way-if-needed = تنتقل الصورة والصوت مباشرةً من جهازك إلى العيادة. وإن تعذّر ذلك تنقل محطة وسيطة البيانات مشفّرةً.
check-way-only = تنتقل الصورة والصوت إلى العيادة عبر محطة وسيطة. البيانات مشفّرة: لا تستطيع المحطة سماعها ولا قراءتها.
check-not-yet = لا تُرسل صورتك ولا صوتك إلا عندما تُدخلك العيادة.
check-continue = المتابعة إلى غرفة الانتظار
check-line = فحص الاتصال أيضاً

self-title = هل صورتك وصوتك واضحان؟
self-explained = سيسألك متصفحك بعد قليل عن الكاميرا والميكروفون. يُرجى السماح بكليهما. لا تراك { $practice } بعد.
self-the-practice = العيادة
self-open = تشغيل الكاميرا
self-opening = جارٍ تشغيل الكاميرا …
self-allow = إذا سألك المتصفح، يُرجى السماح باستخدام الكاميرا والميكروفون.
self-camera-off = الكاميرا مغلقة
self-camera = الكاميرا
self-microphone = الميكروفون
self-on = مفتوح
self-off = مغلق
self-speak = يُرجى قول شيء ما.
self-heard = صوتك مسموع.
self-change = تغيير الأجهزة وفحصها

waiting-joining-title = نفتح لك غرفة الانتظار
waiting-joining-text = لحظة من فضلك.
waiting-offline-title = لا يوجد اتصال بالإنترنت
waiting-offline-text = يُرجى التحقق من شبكة Wi-Fi أو بيانات الهاتف. سيتابع كل شيء تلقائياً فور عودة الاتصال.
waiting-unavailable-title = الخادم لا يستجيب حالياً
waiting-unavailable-text = الخلل ليس من جانبك. نواصل المحاولة تلقائياً؛ يُرجى البقاء في هذه الصفحة.
waiting-absent-title = أنت في غرفة الانتظار
waiting-absent-text = لم تتصل العيادة بعد. لا حاجة إلى فعل أي شيء: سيتم توصيلك فور حضورها.
waiting-away-title = ستعود العيادة بعد قليل
waiting-away-text = انقطع اتصال العيادة قبل قليل. يُرجى البقاء في هذه الصفحة.
waiting-connecting-title = العيادة متصلة الآن
waiting-connecting-text = نُنشئ الاتصال. يستغرق ذلك بضع ثوانٍ فقط.
waiting-lobby-title = ترى العيادة أنك في الانتظار
waiting-lobby-text = الاتصال جاهز. سيتم إدخالك حالما يتوفر الوقت لك.
waiting-held-title = لحظة من فضلك
waiting-held-text = ستعيدك العيادة بعد قليل. وإلى ذلك الحين لا يراك ولا يسمعك أحد.
waiting-since = أنت في انتظار { $practice } منذ الساعة { $time }.
waiting-part-companion = أنت هنا بصفة مرافق.
waiting-part-interpreter = أنت هنا للترجمة الفورية.
waiting-part-colleague = أنت هنا بصفة زميل في المهنة.
waiting-written = رسائل العيادة
waiting-written-at = من العيادة، الساعة { $time }
waiting-ready = يُرجى تجهيز ما تود عرضه: الأدوية والتقارير الطبية وبطاقة التأمين الصحي.
waiting-sound = يُرجى إبقاء الصوت مفتوحاً: ستصدر إشارة صوتية عند بدء المحادثة.
waiting-leave = مغادرة غرفة الانتظار
waiting-leave-title = هل تريد المغادرة فعلاً؟
waiting-leave-text = سترى العيادة أنك غادرت. يمكنك العودة عبر الرابط نفسه.
waiting-stay = البقاء هنا
waiting-steps = المرحلة الحالية
waiting-step-arrived = الوصول
waiting-step-waiting = غرفة الانتظار
waiting-step-connected = الاتصال
waiting-step-talking = المحادثة

no-path-title = لا يمكن إنشاء اتصال من هنا
no-path-text-never = شبكتك أو شبكة العيادة لا تسمح باتصال مباشر. غالباً ما يفيد ما يلي:
no-path-text-if-needed = شبكتك أو شبكة العيادة لا تسمح باتصال مباشر، ولا يمكن الوصول إلى المحطة الوسيطة أيضاً. غالباً ما يفيد ما يلي:
no-path-text-only = يمر الاتصال عبر محطة وسيطة لا يمكن الوصول إليها الآن. غالباً ما يفيد ما يلي:
no-path-network = تغيير الشبكة: من Wi-Fi إلى بيانات الهاتف أو العكس. يمكن أيضاً استخدام نقطة اتصال من هاتف.
no-path-vpn = إيقاف VPN إن كان مستخدماً.
no-path-phone = وإلا فيُرجى الاتصال بالعيادة هاتفياً.
no-path-trying = نواصل المحاولة.

over-ended-title = انتهت الزيارة
over-ended-text = لم يُحفظ منها أي شيء، ولا حتى الرابط. للدخول مرة أخرى، يُرجى فتح الرابط من رسالتك.
over-hung-up-title = لقد أنهيت المكالمة
over-hung-up-text = شكراً لك. الكاميرا والميكروفون مغلقان، ولم يُحفظ أي شيء من المحادثة. يمكنك إغلاق هذه الصفحة.
over-peer-left-title = انتهت المحادثة
over-peer-left-text = شكراً لزيارتك. الكاميرا والميكروفون مغلقان، ولم يُحفظ أي شيء من المحادثة. يمكنك إغلاق هذه الصفحة.
over-link-damaged-title = الرابط غير مكتمل
over-link-damaged-text = ضاع جزء من الرابط أو تغيّر في طريقه إليك. يُرجى فتحه مباشرةً من الرسالة، أو نسخه كاملاً حتى آخر حرف. إن لم يُفد ذلك، فيُرجى طلب رابط جديد من العيادة.
over-untrusted-title = هذا الاتصال غير موثوق
over-untrusted-text = لم نتمكن من التأكد من أن الطرف الآخر هو فعلاً { $practice }، ولذلك قطعنا الاتصال. الكاميرا والميكروفون مغلقان. يُرجى الاتصال بالعيادة هاتفياً قبل المحاولة من جديد.
over-invite-invalid-title = هذا الرابط غير صالح
over-invite-invalid-text = ربما أُلغي الموعد، أو أرسلت إليك العيادة رابطاً أحدث. عند الشك يُرجى سؤال العيادة.
over-invite-used-title = سبق استخدام هذا الرابط
over-invite-used-text = الرابط صالح لعدد محدد من المتصفحات فقط. يُرجى فتحه حيث فُتح أول مرة، أو طلب رابط جديد من العيادة.
over-over-title = انتهى وقت هذا الموعد
over-over-text = إذا كنت بحاجة إلى شيء آخر، فيُرجى التواصل مع العيادة.
over-closed-title = أغلقت العيادة هذا الموعد
over-closed-text = انتهى الموعد أو أُلغي، أو سُحب الرابط. الكاميرا والميكروفون مغلقان. عند وجود أسئلة يُرجى التواصل مع العيادة.
over-occupied-title = هذا المكان مشغول
over-occupied-text = الرابط مفتوح حالياً في متصفح آخر. يُرجى إغلاقه هناك؛ يصبح المكان متاحاً بعد نصف دقيقة.
over-evicted-title = أخرجتك العيادة من غرفة الانتظار
over-evicted-text = إذا حدث ذلك عن طريق الخطأ، يمكنك الدخول مرة أخرى.
over-taken-over-title = لقد تابعت في علامة تبويب أخرى
over-taken-over-text = المحادثة مستمرة هناك. يمكن إغلاق علامة التبويب هذه.
over-signed-out-title = أُلغي تسجيل هذا الجهاز
over-signed-out-text = لم يعد مسموحاً له بالتحدث باسم العيادة.
over-failed-title = حدث خطأ ما
over-failed-text = لم يتفاهم المتصفحان. يُرجى إعادة تحميل الصفحة؛ إن لم يُفد ذلك، فيُرجى استخدام متصفح حديث.
over-again = العودة إلى غرفة الانتظار
over-go-on-here = المتابعة هنا
over-reload = إعادة تحميل الصفحة
over-files-title = ملفات من المحادثة
over-files-text = يُرجى حفظها الآن: ستضيع عند إغلاق هذه الصفحة.
over-files-saved = تم حفظ كل شيء.

word-late = سأتأخر
word-cancel = لا أستطيع الحضور
word-how-late = كم دقيقة؟
word-minutes = { $minutes } د
word-sending = نُبلغ العيادة بذلك …
word-told = ستعلم العيادة بذلك
word-told-late = { $minutes ->
    [zero] ستحضر في الموعد. يبقى رابطك صالحاً.
    [one] ستتأخر نحو دقيقة واحدة. يبقى رابطك صالحاً.
    [two] ستتأخر نحو دقيقتين. يبقى رابطك صالحاً.
    [few] ستتأخر نحو { $minutes } دقائق. يبقى رابطك صالحاً.
    [many] ستتأخر نحو { $minutes } دقيقة. يبقى رابطك صالحاً.
   *[other] ستتأخر نحو { $minutes } دقيقة. يبقى رابطك صالحاً.
}
word-told-cancel = لا تستطيع الحضور. للحصول على موعد جديد، يُرجى التواصل مع العيادة.
word-change = تغيير
word-failed = لم يصل ذلك
word-cancel-title = ألا تستطيع الحضور فعلاً؟
word-cancel-text = سنُبلغ العيادة بذلك. والعيادة هي التي تلغي الموعد نفسه؛ ويبقى رابطك صالحاً حتى ذلك الحين.
word-cancel-no = بل سأحضر
word-cancel-yes = نعم، لا أستطيع

drop-in = استشارة مفتوحة
drop-in-title = استشارة مفتوحة: { $practice }
drop-in-until = بدون موعد، حتى الساعة { $time }. الأولوية لمن يحضر أولاً.
drop-in-closed-title = الاستشارة مغلقة حالياً
drop-in-closed-text = يُرجى إبقاء هذه الصفحة مفتوحة: سيتابع كل شيء تلقائياً فور فتح الاستشارة.
drop-in-closed-again = نتحقق من ذلك تلقائياً.
drop-in-failed-title = لم تُفتح غرفة الانتظار
drop-in-failed-text = يُرجى التحقق من الاتصال بالإنترنت والمحاولة مرة أخرى.

later-title = لم يصل جزء من هذه الصفحة
later-text = يُرجى التحقق من الاتصال بالإنترنت. سنعيد المحاولة تلقائياً.
later-reload = إعادة تحميل الصفحة

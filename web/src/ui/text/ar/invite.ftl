# ما يصل إلى الضيوف من عيادتهم: بريد ورسالة قصيرة ومدخل في التقويم وورقة من الاستقبال. لا يُذكر فيها اسم الشخص ولا سبب الموعد.
# الرسائل القصيرة موجزة: تتسع الرسالة الواحدة بالعربية لسبعين حرفاً فقط.
invite-summary = استشارة طبية عبر الفيديو
invite-summary-cancelled = أُلغي الموعد: استشارة عبر الفيديو

invite-subject-new = استشارة عبر الفيديو: { $date }، الساعة { $time }
invite-subject-moved = موعد جديد: استشارة عبر الفيديو، { $date }، الساعة { $time }
invite-subject-reminder = تذكير: استشارة عبر الفيديو، { $date }، الساعة { $time }
invite-subject-cancelled = أُلغي الموعد: استشارة عبر الفيديو، { $date }، الساعة { $time }
invite-subject-hour = استشارتنا المفتوحة عبر الفيديو

invite-greeting = تحية طيبة،
invite-opening-new = { $part ->
    [companion] أنت ترافق شخصاً في استشارتنا عبر الفيديو: { $day }، الساعة { $time } ({ $zone }).
    [interpreter] أنت تترجم في استشارتنا عبر الفيديو: { $day }، الساعة { $time } ({ $zone }).
    [colleague] أنت تشارك في استشارتنا عبر الفيديو بصفة زميل في المهنة: { $day }، الساعة { $time } ({ $zone }).
   *[patient] موعدك للاستشارة عبر الفيديو: { $day }، الساعة { $time } ({ $zone }).
}
invite-opening-moved = للاستشارة عبر الفيديو موعد جديد: { $day }، الساعة { $time } ({ $zone }). لم يعد الموعد السابق سارياً. وبقي رابطك كما هو.
invite-opening-reminder = نذكّرك بموعد الاستشارة عبر الفيديو: { $day }، الساعة { $time } ({ $zone }).
invite-opening-cancelled = لن تُعقد الاستشارة عبر الفيديو المقررة يوم { $day } الساعة { $time }. ولم يعد رابطها صالحاً.
invite-opening-hour = يمكنك الحضور إلى استشارتنا المفتوحة عبر الفيديو بدون موعد. يمكنك معرفة أوقاتها منا.
invite-link = في وقت الموعد يُرجى فتح هذا الرابط:
invite-link-hour = في وقت الاستشارة يُرجى فتح هذا الرابط:
invite-link-known = يُرجى استخدام الرابط الذي وصلك منا سابقاً.
invite-how = لا حاجة إلى برنامج ولا إلى تسجيل، بل إلى متصفح حديث مع كاميرا وميكروفون فقط. تُفتح غرفة الانتظار الساعة { $opens }.
invite-how-hour = لا حاجة إلى برنامج ولا إلى تسجيل، بل إلى متصفح حديث مع كاميرا وميكروفون فقط. تدخل إلى غرفة انتظار خاصة بك: لا يراك ولا يسمعك فيها أحد غيرنا. ويكون الدخول بالدور.
invite-check = هل جهازك جاهز؟ يمكنك التحقق من ذلك مسبقاً:
invite-private = الرابط لك وحدك. يُرجى عدم إعطائه لأحد.
invite-phone = عند حدوث مشكلة يُرجى الاتصال بنا: {"\u200E"}{ $phone }{"\u200E"}
invite-phone-cancelled = للحصول على موعد جديد يُرجى الاتصال بنا: {"\u200E"}{ $phone }{"\u200E"}
invite-regards = مع أطيب التحيات

invite-sms-new = { $practice }: استشارة عبر الفيديو { $date } الساعة { $time }. { $link }
invite-sms-new-short = استشارة عبر الفيديو { $date } { $time }: { $link }
invite-sms-new-shortest = موعد { $date } { $time }: { $link }
invite-sms-moved = { $practice }: موعد جديد للاستشارة عبر الفيديو: { $date } الساعة { $time }. الرابط نفسه: { $link }
invite-sms-moved-short = موعد جديد: { $date } { $time }. { $link }
invite-sms-moved-shortest = جديد: { $date } { $time }: { $link }
invite-sms-reminder = { $practice }: تذكير بالاستشارة عبر الفيديو { $date } الساعة { $time }. { $link }
invite-sms-reminder-short = استشارة عبر الفيديو { $date } { $time }: { $link }
invite-sms-reminder-shortest = موعد { $date } { $time }: { $link }
invite-sms-cancelled = { $practice }: لن تُعقد الاستشارة عبر الفيديو يوم { $date } الساعة { $time }.
invite-sms-cancelled-short = لن تُعقد الاستشارة عبر الفيديو يوم { $date } الساعة { $time }.
invite-sms-cancelled-shortest = أُلغي موعد { $date } { $time }.
invite-sms-moved-known = { $practice }: موعد جديد للاستشارة عبر الفيديو: { $date } الساعة { $time }. يبقى رابطك كما هو.
invite-sms-reminder-known = { $practice }: تذكير بالاستشارة عبر الفيديو { $date } الساعة { $time }. يُرجى استخدام الرابط الذي لديك.
invite-sms-hour = { $practice }: استشارة مفتوحة عبر الفيديو بدون موعد: { $link }
invite-sms-hour-short = استشارة مفتوحة عبر الفيديو: { $link }
invite-sms-hour-shortest = استشارة عبر الفيديو: { $link }

sheet-title = استشارة طبية عبر الفيديو
sheet-title-hour = استشارة مفتوحة عبر الفيديو
sheet-lead = { $part ->
    [companion] أنت ترافق شخصاً في استشارتنا. بهذه الورقة نتحدث معاً عبر الفيديو.
    [interpreter] أنت تترجم في استشارتنا. بهذه الورقة نتحدث معاً عبر الفيديو.
    [colleague] أنت تشارك في استشارتنا بصفة زميل في المهنة. بهذه الورقة نتحدث معاً عبر الفيديو.
   *[patient] نتحدث معك عبر الفيديو. لا حاجة إلى برنامج ولا إلى تسجيل.
}
sheet-lead-hour = يمكنك الحضور إلينا عبر الفيديو بدون موعد خلال استشارتنا المفتوحة.
sheet-time = الساعة { $time }
sheet-code = رمز QR يحتوي على رابط الاستشارة عبر الفيديو
sheet-steps = طريقة الاستخدام
sheet-scan = في وقت موعدك يُرجى فتح كاميرا الهاتف وتوجيهها نحو المربع، ثم الضغط على الرابط الذي يظهر.
sheet-scan-hour = يُرجى فتح كاميرا الهاتف وتوجيهها نحو المربع، ثم الضغط على الرابط الذي يظهر.
sheet-name = يُرجى إدخال اسمك والسماح بالكاميرا والميكروفون.
sheet-wait = يُرجى البقاء في الصفحة. سنُدخلك عندما يحين دورك.
sheet-opens = تُفتح غرفة الانتظار الساعة { $opens }.
sheet-trouble = لم ينجح ذلك؟
sheet-trouble-text = يُرجى إغلاق الصفحة وتوجيه الكاميرا نحو المربع مرة أخرى.
sheet-trouble-call = إن لم يُفد ذلك، فيُرجى الاتصال بنا:
sheet-trouble-practice = إن لم يُفد ذلك، فيُرجى مراجعة العيادة.
sheet-private = هذه الورقة لك وحدك: يقود المربع إلى غرفة انتظارك. تنتقل المحادثة مشفّرةً من جهاز إلى جهاز ولا تُسجَّل.
sheet-private-hour = تنتظر وحدك: لا يراك ولا يسمعك أحد غيرنا. تنتقل المحادثة مشفّرةً من جهاز إلى جهاز ولا تُسجَّل.

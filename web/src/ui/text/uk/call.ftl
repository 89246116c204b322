# Розмова.
call-with = Розмова: { $name }
call-connected = З’єднання встановлено: { $name }.
call-duration = Тривалість { $time }
call-connection = З’єднання та безпека

call-path-direct = Напряму
call-path-relayed = Через проміжну станцію
call-path-direct-explained = Зображення й звук ідуть із Вашого пристрою до іншого без посередників.
call-path-relayed-explained = Дані передає далі станція Вашої практики. Їх зашифровано: станція не може ані слухати, ані читати їх.
call-safety-code = Код безпеки
call-safety-explained = Прочитайте одне одному шість цифр. Якщо вони однакові, між вами нікого немає: цю розмову бачите й чуєте лише Ви та { $name }.
call-quality-good = Добрий зв’язок
call-quality-fair = Дещо слабкий зв’язок
call-quality-poor = Слабкий зв’язок
call-quality-cause-none = Зображення й звук надходять добре.
call-quality-cause-loss = Частина даних губиться дорогою. Ближче до роутера Wi-Fi або з мережевим кабелем зазвичай стає краще.
call-quality-cause-delay = Зображення й звук надходять із затримкою. Давайте одне одному трохи більше часу на відповідь.
call-quality-cause-bandwidth = Мережа зараз повільна. Зупиніть інші завантаження або вимкніть свою камеру.

call-their-camera = Зображення: { $name }
call-their-screen = { $name } показує екран
call-camera-is-off = Камеру вимкнено
call-microphone-is-off = Мікрофон вимкнено
call-own-picture = Ваше зображення: в інший кут
call-own-camera-off = Вашу камеру вимкнено
call-camera-opens = Камера вмикається …
call-sharing = Ви показуєте свій екран
call-stop-sharing = Завершити
call-hear = Торкніться, щоб чути

call-interrupted = З’єднання перервано
call-coming-back = { $name } зараз повернеться
call-mending = Ми самі відновлюємо з’єднання. Залишайтеся, будь ласка, на цій сторінці.
call-own-network = На Вашому пристрої зараз немає інтернету. Щойно він з’явиться, розмова продовжиться.
call-interrupted-since = триває { $time }

call-controls = Керування розмовою
call-microphone = Мікрофон
call-mute = Вимкнути мікрофон
call-camera = Камера
call-camera-off = Вимкнути камеру
call-screen = Екран
call-share = Показати екран
call-chat = Чат
call-chat-unread = { $count ->
    [one] Чат, { $count } нове повідомлення
    [few] Чат, { $count } нові повідомлення
    [many] Чат, { $count } нових повідомлень
   *[other] Чат, { $count } нового повідомлення
}
call-devices = Пристрої
call-fullscreen = На весь екран
call-small-window = Вікно
call-hang-up = Завершити
call-leaving-title = Файли ще не збережено
call-leaving-text = { $count ->
    [one] Ви ще не зберегли { $count } файл. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
    [few] Ви ще не зберегли { $count } файли. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
    [many] Ви ще не зберегли { $count } файлів. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
   *[other] Ви ще не зберегли { $count } файлу. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
}

call-panel = Повідомлення та файли
call-messages = Повідомлення
call-files = Файли
call-chat-empty = Те, що Ви тут пишете, читає лише Ваш співрозмовник. Після розмови це буде видалено.
call-from-me = Ви написали:
call-from-peer = Ваш співрозмовник пише:
call-seen = Прочитано
call-sent = Надіслано
call-write = Написати повідомлення
call-send = Надіслати
call-read = Прочитати нове повідомлення: { $name }
call-new-message = Нове повідомлення: { $name }
call-too-long = Повідомлення задовге: знаків { $length }, найбільше { $most }.
call-not-sent = Зараз не вдалося надіслати. Спробуйте, будь ласка, ще раз трохи згодом.

call-attach = Надіслати файл
call-drop = Відпустіть, щоб надіслати: { $name }
call-file-too-large = { $name } завеликий. Найбільше можна { $most }.
call-file-not-now = { $name } зараз не можна надіслати. Зачекайте, будь ласка, доки надійдуть інші файли.
call-file-cancel = Скасувати: { $name }
call-file-progress = Перебіг: { $name }
call-file-save = Зберегти: { $name }
call-file-save-short = Зберегти
call-file-saved = Збережено
call-file-offered-me = чекає
call-file-offered-peer = зараз надійде
call-file-sending = надіслано { $share } %
call-file-receiving = отримано { $share } %
call-file-done-me = надійшов
call-file-done-peer = повністю отримано
call-file-refused-too-large = завеликий для отримувача
call-file-refused-declined = не прийнято
call-file-refused-no-space = в отримувача немає місця
call-file-cancelled-me = скасовано Вами
call-file-cancelled-peer = скасовано співрозмовником
call-file-failed-connection = перервано: з’єднання втрачено
call-file-failed-damaged = надійшов пошкодженим, надішліть, будь ласка, ще раз
call-file-failed-read = не вдалося прочитати файл
call-file-failed-write = тут не вдалося зберегти файл

# Камера, мікрофон, динамік.
media-camera = Камера
media-microphone = Мікрофон
media-speaker = Динамік
media-default = За вибором системи
media-level = Гучність мікрофона
media-level-hint = Скажіть щось: смужка має рухатися.
media-speaker-test = Відтворити пробний звук
media-speaker-question = Чуєте три звуки? Якщо ні, зробіть, будь ласка, гучніше.
media-noise = Приглушувати фоновий шум
media-noise-hint = Вимкніть, якщо має бути чути дихання, серце або тихі звуки.

help-without-camera = Продовжити без камери
help-without = Лише слухати й писати
help-phone = Телефон практики:
help-copy-link = Копіювати посилання

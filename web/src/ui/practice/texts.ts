import { addTexts, offered } from '../text.ts';
import deskDe from '../text/de/desk.ftl?raw';
import de from '../text/de/practice.ftl?raw';
import deskEn from '../text/en/desk.ftl?raw';
import en from '../text/en/practice.ftl?raw';
import settingsDe from '../text/de/settings.ftl?raw';
import settingsEn from '../text/en/settings.ftl?raw';

addTexts({ de, en });
addTexts({ de: deskDe, en: deskEn });
addTexts({ de: settingsDe, en: settingsEn });
// Who works in the practice reads one of these; its guests have more.
offered.value = ['de', 'en'];

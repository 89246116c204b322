import de from '../text/de/consent.ftl?raw';
import en from '../text/en/consent.ftl?raw';
import { addTexts } from '../text.ts';

addTexts({ de, en });

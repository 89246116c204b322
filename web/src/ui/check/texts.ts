import { addTexts } from '../text.ts';
import de from '../text/de/check.ftl?raw';
import en from '../text/en/check.ftl?raw';

addTexts({ de, en });

import { addTexts } from '../text.ts';
import de from '../text/de/media.ftl?raw';
import en from '../text/en/media.ftl?raw';

addTexts({ de, en });

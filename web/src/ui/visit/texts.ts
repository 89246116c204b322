import { addTexts } from '../text.ts';
import de from '../text/de/visit.ftl?raw';
import en from '../text/en/visit.ftl?raw';

addTexts({ de, en });

import { addTexts } from '../text.ts';
import de from '../text/de/trouble.ftl?raw';
import en from '../text/en/trouble.ftl?raw';

addTexts({ de, en });

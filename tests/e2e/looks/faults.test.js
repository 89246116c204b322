// That each kind of fault is found, and none where there is none.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launchChromium } from '../harness/browser.js';
import { offences, paleWords, restless, tooWide, unreached } from './faults.js';

const FAULTS = [
  { what: 'a button without a name', find: offences, body: '<button></button>', finds: /button-name/ },
  { what: 'words too pale in the dark', find: paleIn('dark'), body: '<style>@media (prefers-color-scheme: dark) { p { color: #777; background: #666 } }</style><p>Guten Tag</p>', finds: /color-contrast/ },
  { what: 'what moves all the time', find: restless, body: '<style>@keyframes turn { to { rotate: 1turn } } p { animation: turn 1s infinite }</style><p>Guten Tag</p>', finds: /turn moves/ },
  { what: 'what is wider than the window', find: tooWide, body: '<p style="width: 2000px">Guten Tag</p>', finds: /2\d{3} px wide/ },
  { what: 'what is wider than the window, from right to left', find: tooWide, body: '<div dir="rtl" style="direction: rtl"><p style="width: 2000px">Guten Tag</p></div><script>document.documentElement.dir = "rtl"</script>', finds: /2\d{3} px wide/ },
  { what: 'a control that Tab does not come to', find: unreached, body: '<button>A</button><button data-test="over" onfocus="this.previousElementSibling.focus()">B</button><button data-test="behind">C</button>', finds: /never comes to behind/ },
  { what: 'a control that keeps the keyboard', find: unreached, body: '<button data-test="trap" onkeydown="event.preventDefault()">A</button><button>B</button>', finds: /trap keeps the keyboard/ },
  { what: 'a control that shows no focus', find: unreached, body: '<button data-test="plain" style="outline: none">A</button>', finds: /nobody sees that plain/ },
  { what: 'a control below another thing', find: unreached, body: '<button data-test="below">A</button><p style="position: fixed; inset: 0; background: white">B</p>', finds: /below has the keyboard below/ },
];

describe('what is wrong with a page', () => {
  let browser;
  let page;
  before(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    await page.emulateFocusedPage(true);
  });
  after(() => browser?.close());

  for (const { what, find, body, finds } of FAULTS)
    it(`${what} is found`, async () => {
      await page.setContent(pageOf(body));
      assert.match((await find(page)).join('\n'), finds);
    });

  it('is nothing where all is right', async () => {
    await page.setContent(pageOf('<main><h1>Guten Tag</h1><label>Am <input type="date"></label><button>Weiter</button><button disabled>Zurück</button></main>'));
    for (const find of [offences, paleIn('dark'), restless, tooWide, unreached]) assert.deepEqual(await find(page), []);
  });

  it('is nothing where there is one control, or none', async () => {
    for (const body of ['<button>Weiter</button>', '<p>Guten Tag</p>']) {
      await page.setContent(pageOf(body));
      assert.deepEqual(await unreached(page), []);
    }
  });
});

function paleIn(scheme) {
  return async (page) => {
    await offences(page);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    return paleWords(page);
  };
}

function pageOf(body) {
  return `<!doctype html><html lang="de"><head><title>Probe</title></head><body>${body}</body></html>`;
}

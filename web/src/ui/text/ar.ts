// Arabic: everything that a guest meets first, in one file, so that no part of the page waits for its texts. What is sent to guests stays with who sends it.

const catalogues = import.meta.glob<string>(['./ar/*.ftl', '!./ar/call.ftl', '!./ar/check.ftl', '!./ar/consent.ftl', '!./ar/invite.ftl', '!./ar/trouble.ftl'], { query: '?raw', import: 'default', eager: true });

export default Object.values(catalogues).join('\n');

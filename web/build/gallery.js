// Builds the galleries (gallery*.html) into the folder that is named: for looking at, and for tests that look. No part of the product.
import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { build } from 'vite';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('node build/gallery.js <folder>');
await build({
  configFile: false,
  logLevel: 'warn',
  root: resolve(import.meta.dirname, '..'),
  plugins: [preact()],
  build: { outDir: resolve(folder), emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 5_000, rollupOptions: { input: ['gallery.html', 'gallery-practice.html'] } },
});

/// <reference types="vitest/config" />
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { integrity } from './build/integrity.ts';

export default defineConfig({
  plugins: [preact(), integrity()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Nothing is inlined as a data: URL: the Content-Security-Policy allows this origin and nothing else.
    assetsInlineLimit: 0,
    // What writes PDFs is large, and loaded when somebody wants one.
    chunkSizeWarningLimit: 2_000,
    rollupOptions: { input: { index: 'index.html', visit: 'visit.html', practice: 'practice.html', check: 'check.html' } },
  },
  test: { include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'build/**/*.test.ts'] },
});

import { createHash } from 'node:crypto';
import { Html } from './html-element.js';

/**
 * Script of the page: shows the text of a mark under the pointer, or reached by arrow keys from its drawing, and lets tables
 * that are too wide be reached by keys and moved by arrow keys. It reads and writes the page alone.
 */
const SCRIPT = `'use strict';
const MARK = '.drawing [role="graphics-symbol"][aria-label]';
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const tip = document.getElementById('tip');
let shown = null;
function show(mark) {
  if (mark === shown) return;
  if (shown) shown.classList.remove('shown');
  shown = mark;
  tip.hidden = mark === null;
  if (mark === null) return;
  mark.classList.add('shown');
  tip.textContent = mark.getAttribute('aria-label');
  const at = mark.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const left = Math.min(Math.max(4, at.left + at.width / 2 - size.width / 2), width - size.width - 4);
  const above = at.top - size.height - 6;
  tip.style.left = left + 'px';
  tip.style.top = (above >= 4 ? above : at.bottom + 6) + 'px';
}
for (const name of ['pointerover', 'pointerdown'])
  document.addEventListener(name, (event) => show(event.target.closest(MARK)));
for (const name of ['focusout', 'scroll']) document.addEventListener(name, () => show(null), { passive: true });
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') show(null);
  const drawing = document.activeElement.closest('.drawing');
  const step = STEPS[event.key];
  if (drawing === null || step === undefined) return;
  event.preventDefault();
  const marks = [...drawing.querySelectorAll(MARK)];
  const next = shown === null && step < 0 ? marks.length - 1 : marks.indexOf(shown) + step;
  show(marks[(next + marks.length) % marks.length] ?? null);
});
const fit = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const moves = target.scrollWidth > target.clientWidth;
    target.classList.toggle('moves', moves);
    const label = target.querySelector('caption')?.textContent.trim() ?? 'wide text';
    for (const [name, value] of [['tabindex', '0'], ['role', 'group'], ['aria-label', label]]) {
      if (moves) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  }
});
for (const wide of document.querySelectorAll('.scroll, pre')) fit.observe(wide);
`;

/** The script as it stands in the page: a formatter of templates must not change it. */
export const PAGE_SCRIPT_ELEMENT = new Html(`<script>${SCRIPT}</script>`);

/** Policy by which a browser runs this script alone and requests nothing. */
export const PAGE_POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

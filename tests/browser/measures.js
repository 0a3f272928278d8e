// How a page is measured by ourselves: a value with two functions, put into the page by tests/browser/looking.py.
({
  measured: phone => {
    const faults = [], seen = new Set();
    const say = text => { if (!seen.has(text)) { seen.add(text); faults.push(text); } };
    const name = each => `${each.tagName.toLowerCase()}${each.id ? '#' + each.id : ''}${each.classList.length ? '.' + [...each.classList].join('.') : ''}`
      + ` “${(each.textContent || each.value || each.name || '').trim().replace(/\s+/g, ' ').slice(0, 24)}”`;
    const drawn = each => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && each.getClientRects().length > 0;

    // Nothing scrolls sideways but a frame that is meant to.
    const width = document.documentElement.scrollWidth;
    if (width > window.innerWidth) {
      const wide = [...document.body.querySelectorAll('*')].filter(each => drawn(each)
        && each.getBoundingClientRect().right > window.innerWidth + 1 && !each.closest('.table-responsive, .scroll, [tabindex="0"]'));
      say(`wider than the window: ${width} > ${window.innerWidth}: ${wide.slice(-2).map(name)}`);
    }

    // No text below 12 px, drawings included: there the scale of the drawing counts.
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode, box = text.parentElement;
      if (!text.data.trim() || !drawn(box)) continue;
      const style = getComputedStyle(box);
      let size = parseFloat(style.fontSize);
      if (box.namespaceURI.endsWith('svg')) {
        if (!box.getScreenCTM) continue;  // a title or description: for those who do not see the drawing
        size *= box.getScreenCTM().a;
      }
      if (style.clipPath !== 'none' || (box.getBoundingClientRect().width <= 1)) continue;  // for the ear only
      if (size < 11.95) say(`text of ${size.toFixed(1)} px: ${name(box)}`);
    }
    if (!phone) return faults;

    // A target is 24 px at least in both directions, or stands in a running text; a main act is 44 px high.
    const union = boxes => boxes.filter(b => b.width && b.height).reduce((all, b) => all
      ? { left: Math.min(all.left, b.left), top: Math.min(all.top, b.top), right: Math.max(all.right, b.right), bottom: Math.max(all.bottom, b.bottom) }
      : { left: b.left, top: b.top, right: b.right, bottom: b.bottom }, null);
    const targets = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]';
    for (const each of document.querySelectorAll(targets)) {
      if (!drawn(each) || each.disabled || each.matches('.skip')) continue;
      if (each.closest('details:not([open])') && !each.matches('summary')) continue;
      const box = union([...each.getClientRects(), ...[...(each.labels || [])].flatMap(label => ['checkbox', 'radio'].includes(each.type) ? [...label.getClientRects()] : [])]);
      if (!box || box.right - box.left <= 1) continue;  // for the ear only
      const high = box.bottom - box.top, wide = box.right - box.left;
      const running = each.matches('a, button') && getComputedStyle(each).display === 'inline'
        && [...each.parentElement.childNodes].some(other => other !== each && other.nodeType === 3 && other.data.trim().length > 1);
      if ((high < 23.5 || wide < 23.5) && !running) say(`target of ${wide.toFixed(0)} × ${high.toFixed(0)} px: ${name(each)}`);
      if (each.matches('main .btn-primary, .bar .btn-primary') && high < 43.5) say(`main act ${high.toFixed(0)} px high: ${name(each)}`);
    }
    return faults;
  },

  // What each control looks like while the keyboard is elsewhere: that it looks otherwise when focused is what is asked.
  rest: () => {
    const look = box => { const s = getComputedStyle(box); return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor].join(' '); };
    const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, label, [tabindex]');
    window.atRest = new Map([...all].filter(each => each !== document.activeElement).map(each => [each, look(each)]));
  },

  focus: () => {
    const at = document.activeElement;
    if (!at || at === document.body) return { what: '' };
    const look = box => { const s = getComputedStyle(box); return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor].join(' '); };
    const ring = box => {
      const s = getComputedStyle(box), before = window.atRest && window.atRest.get(box);
      return ((s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none') && look(box) !== before;
    };
    const box = at.getBoundingClientRect(), labels = [...(at.labels || [])];
    const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) => document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
    return {
      what: `${at.tagName.toLowerCase()}[${at.name || at.id || ''}=${at.value || ''}] `
        + (labels[0] || at).textContent.trim().replace(/\s+/g, ' ').slice(0, 30),
      // A ring of its own, or of the label or group that is drawn as the control.
      shown: ring(at) || labels.some(ring) || (at.closest('fieldset') !== null && ring(at.closest('fieldset'))),
      // Some of it is in the window, and nothing lies over the whole of it.
      within: points.some(hit => hit && (at.contains(hit) || hit.contains(at) && hit !== document.documentElement && hit !== document.body || labels.some(l => l.contains(hit)))),
      name: at.name || '', value: at.value || '', type: at.type || '', checked: !!at.checked, text: at.textContent.trim().replace(/\s+/g, ' '),
    };
  },
})

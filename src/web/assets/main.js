// What pages do beyond links and forms: answers as one types, one key to copy, word of a new edition. Without it
// everything still works.
import { html } from './frame.js';
import './copy.js';
import './search.js';
import './keys.js';
import './live.js';
import './looks.js';
import './feedback.js';
import './offline.js';
import './outbox.js';
import './show.js';
import './article.js';
import './panel.js';

html.classList.add('on');

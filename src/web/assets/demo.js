// The page that shows the panel at work: a conversation on the left, whose customers ask the panel on the right.
const panel = document.querySelector('otvet-search');
document.querySelectorAll('[data-customer]').forEach(button => button.addEventListener('click', () => {
  const { customer, message, ticket } = button.dataset;
  document.querySelectorAll('[data-customer]').forEach(one => one.setAttribute('aria-pressed', one === button));
  document.getElementById('said-by').textContent = customer;
  document.getElementById('message').textContent = message;
  panel.context({ customer: { name: customer.split(' ')[0] }, ticket: { id: ticket, last_message: message } });
  panel.focus();
}));
document.querySelector('form').addEventListener('submit', event => event.preventDefault());

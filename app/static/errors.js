// After a page with errors, the first thing a keyboard or a screen reader meets is what to mend.
document.querySelector(".error-summary")?.focus();

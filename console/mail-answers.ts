// Gives the handler the pages that features show behind links in mail.
export { mailAnswers } from "../features/lists/mail-answers";

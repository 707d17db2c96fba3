// The command asks what the simulator asks, and knows nothing of its pages.
export { type WhoAnswer, whoAnswers } from "../../simulator/pages/who-answers";

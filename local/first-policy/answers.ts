// The command asks the simulator's questions without depending on its pages.
export { type WhoAnswer, whoAnswers } from "../../simulator/pages/who-answers";

export { taskEvents as events } from "../../engine/tasks/event";

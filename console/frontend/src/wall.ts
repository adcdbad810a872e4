// The wall: a push says that something changed, and the board fetches itself, at most every third of a second.
import { refresh } from "./htmx";
import "./page";
import { listen } from "./stream";

const apart = 300;
const main = document.getElementById("main");
let waiting = 0;

function soon(): void {
  waiting ||= window.setTimeout(() => {
    waiting = 0;
    refresh("board");
    refresh("why");
  }, apart);
}

listen({ view: "wall", since: main?.dataset.cursor ?? "", onChange: soon, onReturn: soon });
setInterval(soon, 15_000); // service levels move with the clock, too

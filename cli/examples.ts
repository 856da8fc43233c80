/** A command that works as it stands, on files that it names. */
export interface Example {
  readonly command: string;
  /** What it does. */
  readonly says: string;
}

/** One example of each command, by the words that name it; '' is the program itself. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  '': { command: 'vqi start', says: 'the whole pipeline, on simulated sessions' },
  start: {
    command: 'vqi start --data captures --trials 20 --split-by video',
    says: 'learn from captures/sessions.csv and its captures; no video is in two parts',
  },
  'cross-evaluate': {
    command: 'vqi cross-evaluate --data captures --parts 3 --split-by site',
    says: 'train three times, each time evaluated on sites that were not learnt from',
  },
  'retry-trial': { command: 'vqi retry-trial my-run 5', says: 'run trial 5 of my-run again' },
  models: { command: 'vqi models', says: 'list all models' },
  'models list': { command: 'vqi models list --json', says: 'list all models, for a program' },
  'models show': { command: 'vqi models show', says: 'show the current model' },
  'models promote': {
    command: 'vqi models promote extra-trees-1a2b3c4d5e6f',
    says: 'use this model where none is named',
  },
  'models export': {
    command: 'vqi models export --out model.onnx',
    says: 'write the current model for other programs, such as examples/onnx_predict.py',
  },
  analyse: {
    command: 'vqi analyse capture.pcap.gz --find dns',
    says: 'find services by DNS answers, their sessions and segments',
  },
  infer: {
    command: 'vqi infer capture.pcap.gz --run-id tonight',
    says: 'predict each ten seconds by the current model, in a run named tonight',
  },
  evaluate: {
    command: 'vqi evaluate labelled --strict',
    says: 'score the current model on labelled/sessions.csv; stop if a capture cannot be read',
  },
  export: {
    command: 'vqi export resolution_timeline --run my-run --format csv --out timeline.csv',
    says: 'write one table of a run to a file',
  },
  runs: { command: 'vqi runs', says: 'list all runs' },
  'runs list': { command: 'vqi runs list --json', says: 'list all runs, for a program' },
  'runs show': { command: 'vqi runs show my-run', says: 'show score, verdict and trials' },
  'runs compare': {
    command: 'vqi runs compare my-run other-run',
    says: 'compare settings, and scores on common sessions',
  },
  query: {
    command: 'vqi query "select run_id, state, verdict from main.runs"',
    says: 'print the verdict of every run',
  },
  'flow-features': {
    command: 'vqi flow-features capture.pcap.gz --kind IAT,STATS --out features',
    says: 'write two representations of each flow to the folder features',
  },
  doctor: { command: 'vqi doctor', says: 'check what runs need' },
  worker: { command: 'vqi worker', says: 'serve the queues of this home until Ctrl-C' },
  server: { command: 'vqi server', says: 'open the web UI of earlier runs, until Ctrl-C' },
  'codec-server': {
    command: 'vqi codec-server --origin https://temporal.example',
    says: 'let the web UI at this address show encrypted runs, until Ctrl-C',
  },
  simulate: {
    command: 'vqi simulate --out simulated --sessions 6 --duration 60 --constant',
    says: 'write six sessions, each at one resolution',
  },
  splice: {
    command: 'vqi splice --data simulated --out spliced --sessions 2 --piece-seconds 20..40',
    says: 'join pieces of these sessions into two that switch',
  },
  'mix-background': {
    command: 'vqi mix-background --data simulated --out mixed --flows 20',
    says: 'add 20 flows of other applications to each session',
  },
  completion: {
    command: 'vqi completion bash >> ~/.bashrc',
    says: 'complete vqi in new shells; zsh: >> ~/.zshrc, below compinit; fish: > ~/.config/fish/completions/vqi.fish',
  },
};

/** Name, among the baselines, of the model without smoothing over neighbouring windows. */
export const WINDOW_ALONE = 'window-alone';

/** Name, among the baselines, of the model's answer for the window before. */
export const PREVIOUS_RUNG = 'previous-rung';

/** Name, among the baselines, of the model without smoothing over neighbouring windows. */
export const WINDOW_ALONE = 'window-alone';

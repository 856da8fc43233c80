/** SQL for the likeliest resolution of a row with the map `probabilities`. */
export const LIKELIEST_PX =
  'map_keys(probabilities)[list_position(map_values(probabilities), list_max(map_values(probabilities)))]';

% Writes networks/octave_*.mat with Octave, and what the course's formulas compute: octave-cli make_octave.m
% Beside each file stands `<file>.expected.mat` with X and Y.

1;  % a script, not a function

function save_network(name, thetas, X, varargin)
  a = X;
  for k = 1:numel(thetas)
    a = 1 ./ (1 + exp(-[ones(rows(a), 1), a] * thetas{k}'));
    variables.(sprintf('Theta%d', k)) = thetas{k};
  end
  expected.X = X;
  expected.Y = a;
  save(varargin{:}, name, '-struct', 'variables');
  save('-v7', [name '.expected.mat'], '-struct', 'expected');
end

cd(fileparts(mfilename('fullpath')));
rand('twister', 1);
random = @(m, n) rand(m, n) - 0.5;
X = random(7, 4) * 3;
save_network('octave_digits.mat', {random(5, 5), random(3, 6)}, X, '-v7');
save_network('octave_binary.mat', {random(5, 5), random(3, 6), random(1, 4)}, X, '-v6');
save_network('octave_text.txt', {random(1, 5)}, X, '-text');

"""What pictures show: points, words and the numbers behind them. No Qt."""
